import { ShapeError } from "../../tensor/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { scaleChannels, standardise } from "./normalise.js";

export interface InstanceNormOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly eps?: number;
  /** Whether each channel has a learned weight and bias; false by default, as in PyTorch. */
  readonly affine?: boolean;
}

/**
 * Instance normalisation: normalises each channel of each image over its positions.
 *
 * @param x  [N, C, H, W]
 * @throws ShapeError when x has no positions to normalise over
 * @source Ulyanov, Vedaldi & Lempitsky 2016, arXiv:1607.08022
 */
export function instanceNorm(scope: Scope, x: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { eps = 1e-5, affine = false } = options;
  if (x.shape.length !== 4) throw new ShapeError("instanceNorm", "needs [N, C, H, W]", [x.shape]);
  const { y } = standardise(x, [2, 3], eps);
  return affine ? scaleChannels(scope, y, axisLength("instanceNorm", x, 1)) : y;
}
