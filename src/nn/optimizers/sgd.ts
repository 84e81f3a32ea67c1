import { FigmentError } from "../../tensor/errors.js";
import { add, mul, sub } from "../../tensor/ops/elementwise.js";
import type { Optimizer } from "../optimizer.js";

export interface SgdOptions {
  /** Share of the last step added to the next; 0 by default, which stores no vector. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum; false by default. */
  readonly nesterov?: boolean;
  /** λ of an L2 penalty ½λ‖θ‖² on the loss; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, equal to `torch.optim.SGD`: velocity ← momentum · velocity + g, then
 * θ ← θ − learning rate · velocity.
 *
 * @throws FigmentError for `nesterov` without momentum
 * @source Sutskever, Martens, Dahl & Hinton 2013, ICML
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
  if (nesterov && momentum === 0) throw new FigmentError("sgd: nesterov needs a momentum above 0");
  return {
    name: "sgd",
    moments: momentum === 0 ? [] : ["velocity"],
    scalars: (_, learningRate) => ({ learningRate }),
    update(parameters, gradient, moments, scalars) {
      const learningRate = scalars.learningRate;
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameters, weightDecay));
      if (momentum === 0) return { parameters: sub(parameters, mul(g, learningRate)), moments: {} };
      const velocity = add(mul(moments.velocity, momentum), g);
      const step = nesterov ? add(g, mul(velocity, momentum)) : velocity;
      return { parameters: sub(parameters, mul(step, learningRate)), moments: { velocity } };
    },
  };
}
