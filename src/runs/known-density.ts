import { findDataset } from "../data/datasets.js";
import { pixelsToPlane, planeToPixels } from "../data/planar/window.js";
import type { KnownPlane } from "../metrics/comparison/comparison.js";

/** The known density of a planar data set, and how its images are points. */
export interface KnownDensity extends KnownPlane {
  /** Standard deviation of the noise in each direction. */
  readonly sigma: number;
  /** @param pixels  [count, 2] as images hold them */
  toPoints(pixels: Float32Array): Float64Array;
  toPixels(point: readonly [x: number, y: number]): readonly [x: number, y: number];
}

/** The density of a data set by its name; undefined where it has none. */
export function knownDensity(source: string): KnownDensity | undefined {
  const density = source.includes(",") ? undefined : findDataset(source)?.density;
  if (density === undefined) return undefined;
  const { window, modes, sigma, massOutside } = density;
  const { left, bottom, side } = window;
  return {
    density: (x, y) => density.logDensity([x, y]),
    box: { left, right: left + side, bottom, top: bottom + side },
    massOutside,
    ...(modes && { modes: { centres: modes.centres.flat(), sigma: modes.sigma } }),
    sigma,
    toPoints(pixels) {
      const points = new Float64Array(pixels.length);
      for (let at = 0; at < pixels.length; at += 2) {
        points.set(pixelsToPlane(window, [pixels[at], pixels[at + 1]]), at);
      }
      return points;
    },
    toPixels: (point) => planeToPixels(window, point),
  };
}
