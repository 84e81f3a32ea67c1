import { add } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import { pytorchDefault, pytorchDefaultBias } from "../initialisers.js";
import type { Initialiser, Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import type { WeightTransform } from "./weight-transform.js";

export interface DenseOptions {
  /** Length of the last axis of the result. */
  readonly features: number;
  /** True by default. */
  readonly bias?: boolean;
  readonly weightInitialiser?: Initialiser | undefined;
  readonly biasInitialiser?: Initialiser | undefined;
  readonly transformWeight?: WeightTransform | undefined;
}

/**
 * A fully connected layer: x·Wᵀ + b over the last axis.
 *
 * `weight` is `[features, in]`, as in PyTorch, so that weights can be exchanged unchanged. The
 * layout costs nothing: the products x·Wᵀ (forward), g·W (gradient of x) and gᵀ·x (gradient of W)
 * are each one `Gemm` that reads an operand transposed, and the other layout needs as many such
 * reads.
 *
 * @param x  [..., in]
 * @returns  [..., features]
 * @throws ShapeError when the last axis of x is symbolic
 */
export function dense(scope: Scope, x: Tensor, options: DenseOptions): Tensor {
  const shape = [options.features, axisLength("dense", x, -1)];
  const weight = scope.parameter("weight", shape, options.weightInitialiser ?? pytorchDefault);
  const matrix = options.transformWeight?.(weight, scope) ?? weight;
  const rows = x.shape.length === 2 ? x : reshape(x, [-1, shape[1]]);
  let y = matmul(rows, matrix, { transposeB: true });
  if (options.bias ?? true) {
    const initialise = options.biasInitialiser ?? pytorchDefaultBias(shape);
    y = add(y, scope.parameter("bias", [options.features], initialise));
  }
  return reshape(y, [...x.shape.slice(0, -1), options.features]);
}
