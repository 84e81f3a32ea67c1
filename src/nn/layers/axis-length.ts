import { ShapeError } from "../../tensor/errors.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The static length of an axis that fixes the shape of a layer's weights. */
export function axisLength(layer: string, x: Tensor, axis: number): number {
  const length = x.shape.at(axis);
  if (typeof length !== "number") {
    const what = length === undefined ? "there is no axis" : "needs a static length on axis";
    throw new ShapeError(layer, `${what} ${axis}`, [x.shape]);
  }
  return length;
}
