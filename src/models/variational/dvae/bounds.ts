import type { Scope } from "../../../nn/scope.js";
import { add, neg, sub } from "../../../tensor/ops/elementwise.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { logMeanExp } from "../../../tensor/ops/reduction.js";
import { productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Tokeniser, tokenCount } from "./tokeniser.js";

/**
 * −log p(x|z) of drawn tokens, and their log q: [B, K] each.
 */
function drawn(
  scope: Scope,
  { quantiser, encode, likelihood }: Tokeniser,
  pixelsUnit: Tensor,
  samples: number,
) {
  const q = quantiser.posterior(scope, encode(scope, pixelsUnit));
  const { tokens, logProbs } = q.draw(scope, samples);
  const [batch, , rows, columns] = tokens.shape;
  const flat = reshape(tokens, [productOfDims([batch, samples]), rows, columns]);
  const nll = likelihood(scope, quantiser.vectors(scope, flat)).nllOfEach(pixelsUnit, samples);
  return { q, nll, logProbs };
}

/**
 * The negative evidence lower bound of the discrete model: no relaxation, tokens drawn from q(z|x), or the
 * certain ones of a quantiser that draws none, and the KL to the uniform prior in closed form.
 *
 * @returns  [B] nats
 */
export function bound(scope: Scope, tokeniser: Tokeniser, pixelsUnit: Tensor): Tensor {
  const { q, nll } = drawn(scope, tokeniser, pixelsUnit, 1);
  return add(reshape(nll, [nll.shape[0]]), q.klNats);
}

/**
 * −log of the importance-weighted estimate (1/K) Σ p(x|z) p(z) / q(z|x), with the uniform prior.
 *
 * @returns  [B] nats
 * @source Burda, Grosse & Salakhutdinov 2015, arXiv:1509.00519, equation 8
 */
export function importanceWeighted(
  scope: Scope,
  tokeniser: Tokeniser,
  pixelsUnit: Tensor,
  samples: number,
): Tensor {
  const { nll, logProbs } = drawn(scope, tokeniser, pixelsUnit, samples);
  const logPrior = -tokenCount(tokeniser) * Math.log(tokeniser.quantiser.codes);
  return neg(logMeanExp(sub(logPrior, add(nll, logProbs)), 1));
}
