import { ShapeError } from "../../tensor/errors.js";
import { add, mul } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { affineVariables, standardise } from "./normalise.js";

export interface LayerNormOptions {
  /** Number of last axes to normalise over; 1 by default. */
  readonly axes?: number;
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether each element has a learned weight and bias; true by default. */
  readonly affine?: boolean;
}

/**
 * Layer normalisation over the last axes of each item.
 *
 * @param x  [..., D] or, with `axes`, more last axes of static length
 * @source Ba, Kiros & Hinton 2016, arXiv:1607.06450
 */
export function layerNorm(scope: Scope, x: Tensor, options: LayerNormOptions = {}): Tensor {
  const { axes = 1, eps = 1e-5, affine = true } = options;
  if (!Number.isInteger(axes) || axes < 1 || axes > x.shape.length) {
    throw new ShapeError("layerNorm", `there are no ${axes} last axes to normalise`, [x.shape]);
  }
  const last = Array.from({ length: axes }, (_, index) => index - axes);
  const { y } = standardise(x, last, eps);
  if (!affine) return y;
  const shape = last.map((axis) => axisLength("layerNorm", x, axis));
  const { weight, bias } = affineVariables(scope, shape);
  return add(mul(y, weight), bias);
}
