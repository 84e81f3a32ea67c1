import { div, maximum, mul, sqrt, square, stopGradient } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { reshape, transpose } from "../../tensor/ops/rearrange.js";
import { sum } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { normalValues } from "../initialisers.js";
import type { Initialiser } from "../scope.js";
import type { WeightTransform } from "./weight-transform.js";

export interface SpectralNormOptions {
  /** Output axis of the weight: 0 by default, 1 for `convTranspose2d`. */
  readonly outputAxis?: 0 | 1;
  /** Power iterations per training step; 1 by default. */
  readonly iterations?: number;
  /** Lower limit of the norm that divides a vector; 1e-12 by default. */
  readonly eps?: number;
}

/**
 * Spectral normalisation: divides a weight by its largest singular value, as a matrix of outputs by
 * all other axes.
 *
 * The value is σ = uᵀ·W·v. A training step improves u and v, the buffers `u` and `v`, by power
 * iteration before using them; outside training they stay fixed. Gradients flow through W and σ,
 * not through u and v. The buffers start as random unit vectors, so σ is a good estimate only after
 * some training steps.
 *
 * @returns  a value for the option `transformWeight` of a layer
 * @source Miyato, Kataoka, Koyama & Yoshida 2018, arXiv:1802.05957, section 2.1 and algorithm 1;
 *         order of the iteration and eps as in PyTorch's `parametrizations.spectral_norm`
 */
export function spectralNorm(options: SpectralNormOptions = {}): WeightTransform {
  const { outputAxis = 0, iterations = 1, eps = 1e-12 } = options;
  return (weight, scope) => {
    const swapped = weight.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis));
    const ordered = outputAxis === 0 ? weight : transpose(weight, swapped);
    const outputs = ordered.shape[0] as number;
    const matrix = reshape(ordered, [outputs, -1]);
    const inputs = matrix.shape[1] as number;
    const stored = {
      u: scope.buffer("u", [outputs], unitVector),
      v: scope.buffer("v", [inputs], unitVector),
    };
    let u = reshape(stored.u, [outputs, 1]);
    let v = reshape(stored.v, [inputs, 1]);
    if (scope.training) {
      const fixed = stopGradient(matrix);
      for (let iteration = 0; iteration < iterations; iteration++) {
        u = normalised(matmul(fixed, v), eps);
        v = normalised(matmul(fixed, u, { transposeA: true }), eps);
      }
      scope.update(stored.u, reshape(u, [outputs]));
      scope.update(stored.v, reshape(v, [inputs]));
    } else {
      // Averages of unit vectors are shorter.
      u = normalised(u, eps);
      v = normalised(v, eps);
    }
    const sigma = sum(mul(u, matmul(matrix, v)));
    return div(weight, sigma);
  };
}

function normalised(x: Tensor, eps: number): Tensor {
  return div(x, maximum(sqrt(sum(square(x))), eps));
}

const unitVector: Initialiser = (shape, stream) => {
  const values = normalValues()(shape, stream);
  const length = Math.sqrt(values.reduce((total, value) => total + value ** 2, 0));
  return values.map((value) => value / length);
};
