import { cast, less, mul, sigmoid, softplus, sub } from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Distribution } from "./distribution.js";

export interface Bernoulli extends Distribution {
  readonly kind: "bernoulli";
  readonly logits: Tensor;
  /** In nats, one per element. */
  entropy(): Tensor;
}

/**
 * 1 with probability σ(logits), else 0.
 *
 * `logProb` takes x in [0, 1]; for a grey value it is the expected log-probability of a pixel that
 * is 1 with that probability. For finite logits it is finite, and at most 0 for x in {0, 1}.
 * Samples are made from uniform noise and are not differentiable.
 *
 * @param logits  log p(1) − log p(0), any shape
 */
export function bernoulli(logits: Tensor): Bernoulli {
  return {
    kind: "bernoulli",
    logits,
    noise: [{ name: "uniform", shape: logits.shape, distribution: "uniform" }],
    logProb: (x) => sub(mul(x, logits), softplus(logits)),
    sample: (uniform) => cast(less(uniform, sigmoid(logits)), logits.dtype),
    mean: () => sigmoid(logits),
    entropy: () => sub(softplus(logits), mul(logits, sigmoid(logits))),
  };
}
