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
  const outputs = categories + 2 * continuous;
  const output = head(scope.child("recogniser"), features, recogniser, outputs);
  const [logits, mean, logVar] = split(output, [categories, continuous, continuous], 1);
  return {
    logProbs: logSoftmax(logits, 1),
    mean,
    logVar: maximum(logVar, LEAST_LOG_VAR),
  };
}

/**
 * Finer categories than the recogniser's, from a head of its own on the same features. They part what one
 * category would hold together, and the features that tell these apart serve the recogniser, too.
 *
 * @param scope     of the discriminator
 * @param features  [B, F]
 * @returns         [B, overclusters] log-probabilities
 * @source Ji, Henriques & Vedaldi 2019, arXiv:1807.06653, auxiliary overclustering
 */
export const overclusters = (
  scope: Scope,
  features: Tensor,
  { overclusters: count, recogniser }: InfoganConfig,
): Tensor => logSoftmax(head(scope.child("overclusters"), features, recogniser, count), 1);

/** One hidden layer and an output. */
function head(scope: Scope, features: Tensor, hidden: number, outputs: number): Tensor {
  const start = { weightInitialiser: heNormal({ gain: 1 }), biasInitialiser: zeros };
  const h = leakyRelu(dense(scope.child("hidden"), features, { features: hidden, ...start }), 0.1);
  return dense(scope.child("output"), h, { features: outputs, ...start });
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
