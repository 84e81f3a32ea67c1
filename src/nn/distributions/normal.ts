import { add, exp, mul, neg, square, sub } from "../../tensor/ops/elementwise.js";
import { broadcastTo } from "../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { Distribution } from "./distribution.js";

const LOG_TWO_PI = Math.log(2 * Math.PI);

export interface Normal extends Distribution {
  readonly kind: "normal";
  /** log σ², a tensor or one number for all. */
  readonly logVar: Tensor | number;
  /** In nats, one per element. */
  entropy(): Tensor;
}

/**
 * N(mean, e^logVar), independent in each element. Samples are differentiable in both parameters
 * (reparameterised: mean + σ·ε).
 *
 * @param mean    any shape
 * @param logVar  log σ² of the same shape, or one number for a fixed variance; 0 is unit variance
 */
export function normal(mean: Tensor, logVar: Tensor | number = 0): Normal {
  return {
    kind: "normal",
    logVar,
    noise: [{ name: "normal", shape: mean.shape, distribution: "normal" }],
    logProb(x) {
      const squares = square(sub(x, mean));
      if (typeof logVar === "number") {
        return sub(mul(squares, -0.5 * Math.exp(-logVar)), 0.5 * (LOG_TWO_PI + logVar));
      }
      return mul(add(add(mul(squares, exp(neg(logVar))), logVar), LOG_TWO_PI), -0.5);
    },
    sample: (eps) => add(mean, scaledByStd(eps, logVar)),
    mean: () => mean,
    entropy() {
      const logStd =
        typeof logVar === "number" ? constant(0.5 * logVar, [], mean.dtype) : mul(logVar, 0.5);
      return broadcastTo(add(logStd, 0.5 * (1 + LOG_TWO_PI)), mean.shape);
    },
  };
}

/** σ·x for a variance given as its logarithm. */
function scaledByStd(x: Tensor, logVar: Tensor | number): Tensor {
  if (typeof logVar !== "number") return mul(x, exp(mul(logVar, 0.5)));
  return logVar === 0 ? x : mul(x, Math.exp(0.5 * logVar));
}
