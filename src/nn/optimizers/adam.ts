import { add, div, mul, sqrt, square, sub } from "../../tensor/ops/elementwise.js";
import type { Optimizer } from "../optimizer.js";

export interface AdamOptions {
  /** Decay of the mean of gradients; 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly eps?: number;
  /** λ of an L2 penalty ½λ‖θ‖² on the loss; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Adam, equal to `torch.optim.Adam`.
 *
 * @source Kingma & Ba 2015, arXiv:1412.6980, algorithm 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { weightDecay = 0, ...rest } = options;
  const rule = adamRule(rest);
  if (weightDecay === 0) return { name: "adam", ...rule };
  return {
    name: "adam",
    ...rule,
    update: (parameters, gradient, moments, scalars) =>
      rule.update(parameters, add(gradient, mul(parameters, weightDecay)), moments, scalars),
  };
}

/**
 * The step that Adam and AdamW share.
 *
 * The moments are decayed sums, M ← β₁M + g and V ← β₂V + g², not averages: the sum of their
 * weights, (1 − βᵗ)/(1 − β), is then one host scalar for both decay and bias correction, and a step
 * takes ten passes over the vector instead of twelve.
 */
export function adamRule(options: Omit<AdamOptions, "weightDecay">): Omit<Optimizer, "name"> {
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  return {
    moments: ["gradients", "squares"],
    scalars(update, learningRate) {
      const gradientWeight = (1 - beta1 ** update) / (1 - beta1);
      const rootSquareWeight = Math.sqrt((1 - beta2 ** update) / (1 - beta2));
      return {
        stepSize: (learningRate * rootSquareWeight) / gradientWeight,
        epsilon: eps * rootSquareWeight,
      };
    },
    update(parameters, gradient, moments, { stepSize, epsilon }) {
      const gradients = add(mul(moments.gradients, beta1), gradient);
      const squares = add(mul(moments.squares, beta2), square(gradient));
      const step = div(mul(gradients, stepSize), add(sqrt(squares), epsilon));
      return { parameters: sub(parameters, step), moments: { gradients, squares } };
    },
  };
}
