/** A point in the plane. */
export type Point = readonly [x: number, y: number];

/** A square in the plane. */
export interface PlaneWindow {
  readonly left: number;
  readonly bottom: number;
  readonly side: number;
}

/**
 * A point as an image of 1×1×2: its first pixel is (x − left) / side, its second (y − bottom) /
 * side. Every planar set maps the plane to pixels in this way, so a density over pixels is the
 * density in the plane times side².
 */
export const planeToPixels = ({ left, bottom, side }: PlaneWindow, [x, y]: Point): Point => [
  (x - left) / side,
  (y - bottom) / side,
];

/** The point of an image: the inverse of {@link planeToPixels}. */
export const pixelsToPlane = ({ left, bottom, side }: PlaneWindow, [u, v]: Point): Point => [
  left + side * u,
  bottom + side * v,
];
