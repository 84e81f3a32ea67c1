import {
  abs,
  add,
  clip,
  div,
  exp,
  log,
  mul,
  neg,
  sigmoid,
  sub,
} from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Distribution } from "./distribution.js";
import { laplaceNoise } from "./uniform-noise.js";

/** Pixels are moved away from 0 and 1, where the logit is infinite: [0, 1] → [ε, 1 − ε]. */
const MARGIN = 0.1;
const SHARE = 1 - 2 * MARGIN;

/** Far below and far above any scale of a logit of ±2.2, the largest that a pixel has. */
const LOG_SCALE_LIMITS = [-7, 7] as const;

/**
 * The logit-Laplace distribution of pixels in [0, 1]: φ(x) = 0.8·x + 0.1 has a logit that is Laplace
 * distributed. Its support, unlike a Gaussian's, is bounded as that of pixels is.
 *
 * `logProb` is the log-density of x itself, with the slope of φ. `mean` is the median, which the paper
 * reconstructs with: the mean has no closed form. Samples take uniform noise and are limited to [0, 1].
 *
 * @param location  of the logit, any shape
 * @param logScale  log b of the Laplace, the same shape; limited to [−7, 7]
 * @source Ramesh et al. 2021, arXiv:2102.12092, appendix A.3
 */
export function logitLaplace(location: Tensor, logScale: Tensor): Distribution {
  const limited = clip(logScale, ...LOG_SCALE_LIMITS);
  const toPixels = (logit: Tensor) => clip(div(sub(sigmoid(logit), MARGIN), SHARE), 0, 1);
  return {
    noise: [{ name: "uniform", shape: location.shape, distribution: "uniform" }],
    logProb(x) {
      const inner = add(mul(x, SHARE), MARGIN);
      const [logInner, logRest] = [log(inner), log(sub(1, inner))];
      const distance = mul(abs(sub(sub(logInner, logRest), location)), exp(neg(limited)));
      const slopes = sub(Math.log(SHARE / 2), add(logInner, logRest));
      return sub(sub(slopes, limited), distance);
    },
    sample: (uniform) => toPixels(add(location, mul(exp(limited), laplaceNoise(uniform)))),
    mean: () => toPixels(location),
  };
}
