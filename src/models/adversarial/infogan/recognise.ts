import { dense, heNormal, normalNll, zeros } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { leakyRelu } from "../../../tensor/ops/activation.js";
import { add, maximum, mul, neg, sub } from "../../../tensor/ops/elementwise.js";
import { split } from "../../../tensor/ops/rearrange.js";
import { logSoftmax, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Recognition } from "../game/players.js";
import { codesOf } from "./codes.js";
import type { InfoganConfig } from "./config.js";

/** Q(c | x): what the recogniser believes about the codes of an image. */
export interface Posterior {
  /** [B, categories] log Q of each category */
  readonly logProbs: Tensor;
  /** [B, continuous] of a normal distribution */
  readonly mean: Tensor;
  /** [B, continuous] */
  readonly logVar: Tensor;
}

/** Standard deviations below this say no more: the codes span only 2. */
const LEAST_LOG_VAR = 2 * Math.log(0.01);

/**
 * The recogniser Q: one hidden layer on the discriminator's features.
 *
 * @param scope     of the discriminator
 * @param features  [B, F]
 * @source Chen et al. 2016, arXiv:1606.03657, section 6 and appendix C.1
 */
export function posterior(
  scope: Scope,
  features: Tensor,
  { categories, continuous, recogniser }: InfoganConfig,
): Posterior {
  const own = scope.child("recogniser");
  const start = { weightInitialiser: heNormal({ gain: 1 }), biasInitialiser: zeros };
  const hidden = leakyRelu(
    dense(own.child("hidden"), features, { features: recogniser, ...start }),
    0.1,
  );
  const output = dense(own.child("output"), hidden, {
    features: categories + 2 * continuous,
    ...start,
  });
  const [logits, mean, logVar] = split(output, [categories, continuous, continuous], 1);
  return {
    logProbs: logSoftmax(logits, 1),
    mean,
    logVar: maximum(logVar, LEAST_LOG_VAR),
  };
}

/**
 * Minus λ times the lower bound of the mutual information between codes and image, but for the codes'
 * constant entropy: L_I = E[log Q(c | x)] + H(c) ≤ I(c; x).
 *
 * @param z  [B, input] that the images were drawn from
 * @returns  the loss, and the bound for each kind of code in nats: `categoryNats` at most log K, and
 *           `continuousNats`
 * @source Chen et al. 2016, arXiv:1606.03657, equations 4 to 6
 */
export function recognition(
  { logProbs, mean, logVar }: Posterior,
  z: Tensor,
  config: InfoganConfig,
): Recognition {
  const { categories, continuous, categoryWeight, continuousWeight } = config;
  const truth = codesOf(z, config);
  const categoryNll = neg(sum(mul(truth.category, logProbs), 1));
  const continuousNll = normalNll(truth.continuous, mean, logVar);
  return {
    loss: add(mul(categoryNll, categoryWeight), mul(continuousNll, continuousWeight)),
    metrics: {
      categoryNats: sub(Math.log(categories), categoryNll),
      continuousNats: sub(continuous * Math.log(2), continuousNll),
    },
  };
}
