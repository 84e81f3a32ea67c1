import { add, div, mul, relu, sqrt, square, sub } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Optimizer } from "../optimizer.js";

export interface RmsPropOptions {
  /** Decay of the mean of squared gradients; 0.99 by default. */
  readonly alpha?: number;
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly eps?: number;
  /** Share of the last step added to the next; 0 by default. */
  readonly momentum?: number;
  /** Whether to divide by the gradient's standard deviation instead; false by default. */
  readonly centered?: boolean;
  /** λ of an L2 penalty ½λ‖θ‖² on the loss; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * RMSProp, equal to `torch.optim.RMSprop`.
 *
 * As in Adam, the moments are decayed sums, S ← αS + g², which are 1/(1 − α) times the averages;
 * the two scalars contain that factor.
 *
 * @source Tieleman & Hinton 2012, lecture 6.5; centred: Graves 2013, arXiv:1308.0850
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const { alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  const rootWeight = Math.sqrt(1 / (1 - alpha));
  return {
    name: "rmsProp",
    moments: [
      "squares",
      ...(centered ? ["gradients"] : []),
      ...(momentum === 0 ? [] : ["velocity"]),
    ],
    scalars: (_, learningRate) => ({
      stepSize: learningRate * rootWeight,
      epsilon: eps * rootWeight,
    }),
    update(parameters, gradient, moments, scalars) {
      const epsilon = scalars.epsilon;
      const stepSize = scalars.stepSize;
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameters, weightDecay));
      const next: Record<string, Tensor> = {};
      next.squares = add(mul(moments.squares, alpha), square(g));
      let spread = next.squares;
      if (centered) {
        next.gradients = add(mul(moments.gradients, alpha), g);
        // Rounding may give a constant gradient a variance just below 0.
        spread = relu(sub(spread, mul(square(next.gradients), 1 - alpha)));
      }
      let step = div(g, add(sqrt(spread), epsilon));
      if (momentum !== 0) {
        step = add(mul(moments.velocity, momentum), step);
        next.velocity = step;
      }
      return { parameters: sub(parameters, mul(step, stepSize)), moments: next };
    },
  };
}
