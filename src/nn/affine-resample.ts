import { ShapeError } from "../tensor/errors.js";
import { add, cast, clip, floor, minimum, mul, sub } from "../tensor/ops/elementwise.js";
import { takeAlong } from "../tensor/ops/indexing.js";
import { broadcastTo, expandDims, reshape } from "../tensor/ops/rearrange.js";
import { range, type Tensor } from "../tensor/tensor.js";

/** Where the pixels of a new image come from, as an affine map about the image's centre; [B] each. */
export interface AffineMap {
  /** Source row for each row and column of the new image, and the row that its centre comes from. */
  readonly row: AffineCoordinates;
  /** The same of the source column. */
  readonly column: AffineCoordinates;
}

/** down · Δrow + right · Δcolumn + offset, in pixels from the centre. */
export interface AffineCoordinates {
  readonly down: Tensor;
  readonly right: Tensor;
  readonly offset: Tensor;
}

/**
 * Images moved, turned, mirrored or scaled, each by a map of its own. Pixels between pixels are
 * interpolated bilinearly; those beyond the border are as the border's.
 *
 * @param x    [B, C, H, W] of static C, H and W
 * @param map  from the new image to x
 * @returns    [B, C, H, W]
 * @throws ShapeError when x is not four-dimensional or its images are of symbolic size
 */
export function affineResample(x: Tensor, { row, column }: AffineMap): Tensor {
  const [batch, channels, height, width] = x.shape;
  if (x.shape.length !== 4 || typeof height !== "number" || typeof width !== "number") {
    throw new ShapeError("affineResample", "needs [B, C, H, W] of static H and W", [x.shape]);
  }
  const rows = reshape(sub(range(height), (height - 1) / 2), [1, height, 1]);
  const columns = reshape(sub(range(width), (width - 1) / 2), [1, 1, width]);
  const source = ({ down, right, offset }: AffineCoordinates, length: number) => {
    const ofImage = (value: Tensor) => reshape(value, [...value.shape, 1, 1]);
    const along = add(mul(ofImage(down), rows), mul(ofImage(right), columns));
    return clip(add(add(along, ofImage(offset)), (length - 1) / 2), 0, length - 1);
  };
  const [y, x1] = [source(row, height), source(column, width)];
  const [top, left] = [floor(y), floor(x1)];
  const [bottom, right] = [minimum(add(top, 1), height - 1), minimum(add(left, 1), width - 1)];
  const flat = reshape(x, [batch, channels, height * width]);
  const pixels = (atRow: Tensor, atColumn: Tensor) => {
    const place = cast(add(mul(atRow, width), atColumn), "int32");
    const places = expandDims(reshape(place, [batch, height * width]), 1);
    return reshape(takeAlong(flat, broadcastTo(places, flat.shape), 2), x.shape);
  };
  const between = (from: Tensor, to: Tensor, share: Tensor) =>
    add(from, mul(sub(to, from), expandDims(share, 1)));
  const across = sub(x1, left);
  const above = between(pixels(top, left), pixels(top, right), across);
  const below = between(pixels(bottom, left), pixels(bottom, right), across);
  return between(above, below, sub(y, top));
}
