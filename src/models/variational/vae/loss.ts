import { klToStandardNormal } from "../../../nn/index.js";
import { ShapeError } from "../../../tensor/errors.js";
import { add, exp, maximum, mul, neg, square, sub } from "../../../tensor/ops/elementwise.js";
import { broadcastTo, expandDims } from "../../../tensor/ops/rearrange.js";
import { logMeanExp, mean, sum } from "../../../tensor/ops/reduction.js";
import { sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** q(z|x) = N(mean, diag e^logVar): [B, Z] each. */
export interface Posterior {
  readonly mean: Tensor;
  readonly logVar: Tensor;
}

/** z = mean + σ·ε, differentiable in the posterior. @source Kingma & Welling 2013, section 2.4 */
export function reparameterise({ mean, logVar }: Posterior, eps: Tensor): Tensor {
  return add(mean, mul(exp(mul(logVar, 0.5)), eps));
}

/**
 * KL(q(z|x) ‖ N(0, I)).
 *
 * @returns  [B] nats
 * @throws ShapeError when mean and log-variance differ in shape
 * @source Kingma & Welling 2013, arXiv:1312.6114, appendix B
 */
export function klToPrior({ mean, logVar }: Posterior): Tensor {
  if (!sameShape(mean.shape, logVar.shape)) {
    throw new ShapeError("klToPrior", "mean and logVar differ", [mean.shape, logVar.shape]);
  }
  return sum(klToStandardNormal(mean, logVar), -1);
}

/**
 * The KL term with free bits: each number of the code costs at least `nats` on average over the batch,
 * so that the first nats that it carries are free.
 *
 * @param nats  λ of the paper, per number of the code
 * @returns     [B] nats, the same for every image: the batch's mean
 * @source Kingma et al. 2016, arXiv:1606.04934, equation 15
 */
export function klWithFreeBits({ mean: centre, logVar }: Posterior, nats: number): Tensor {
  const ofEach = mean(klToStandardNormal(centre, logVar), 0);
  return broadcastTo(sum(maximum(ofEach, nats)), [centre.shape[0]]);
}

/** log q(z|x) of z = mean + σ·ε: ε [B, K, Z], or [B, Z] for one code per image → [B, K] or [B] nats */
export function logPosterior({ logVar }: Posterior, eps: Tensor): Tensor {
  const each = eps.shape.length === 3 ? expandDims(logVar, 1) : logVar;
  return mul(sum(add(add(square(eps), each), LOG_TWO_PI), -1), -0.5);
}

/** log N(z; 0, I): [..., Z] → [...] nats */
export const standardNormalLogProb = (z: Tensor): Tensor =>
  mul(sum(add(square(z), LOG_TWO_PI), -1), -0.5);

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * −log of the importance-weighted estimate (1/K) Σ p(x|z) p(z) / q(z|x) with z drawn from q(z|x). In
 * expectation it is an upper bound on −log p(x) that approaches it as K grows.
 *
 * @param logLikelihood  [B, K] log p(x|z)
 * @param logPrior       [B, K] log p(z)
 * @param logPosterior   [B, K] log q(z|x)
 * @returns              [B] nats
 * @source Burda, Grosse & Salakhutdinov 2015, arXiv:1509.00519, equation 8
 */
export const importanceWeightedNll = (
  logLikelihood: Tensor,
  logPrior: Tensor,
  logPosterior: Tensor,
): Tensor => neg(logMeanExp(add(logLikelihood, sub(logPrior, logPosterior)), 1));
