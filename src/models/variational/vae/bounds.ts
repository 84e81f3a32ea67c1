import type { DataTraits } from "../../../core/batch.js";
import type { Scope } from "../../../nn/scope.js";
import { neg, sub } from "../../../tensor/ops/elementwise.js";
import { broadcastTo, expandDims, reshape } from "../../../tensor/ops/rearrange.js";
import { type Dim, productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Likelihood, likelihoodFor } from "../likelihood/index.js";
import type { VaeConfig } from "./config.js";
import {
  importanceWeightedNll,
  klToPrior,
  logPosterior,
  type Posterior,
  reparameterise,
  standardNormalLogProb,
} from "./loss.js";
import { decoder, encoder } from "./networks.js";

/** q(z|x) and p(x|z), or both given the class. */
export interface VaeNetworks {
  posterior(scope: Scope, pixelsUnit: Tensor, classes?: Tensor): Posterior;
  likelihood(scope: Scope, z: Tensor, classes?: Tensor): Likelihood;
}

/** @throws ConfigError when the likelihood and the data do not fit */
export function networksOf(config: VaeConfig, data: DataTraits): VaeNetworks {
  const pixels = likelihoodFor("vae", config, data);
  const output = { ...data, channels: pixels.channels };
  return {
    posterior: (scope, pixelsUnit, classes) =>
      encoder(scope.child("encoder"), pixelsUnit, config, classes),
    likelihood(scope, z, classes) {
      const own = scope.child("decoder");
      return pixels.read(own, decoder(own, z, config, output, classes));
    },
  };
}

/** log p(z) of a prior that is not N(0, I): [N, Z] → [N] nats */
export type LogPrior = (scope: Scope, z: Tensor) => Tensor;

/**
 * The two terms of the negative evidence lower bound, with one code per image: [B] nats each. The
 * KL is exact for the prior N(0, I), and for another estimated with that code.
 */
export function elbo(
  scope: Scope,
  { posterior, likelihood }: VaeNetworks,
  pixelsUnit: Tensor,
  classes?: Tensor,
  logPrior?: LogPrior,
) {
  const q = posterior(scope, pixelsUnit, classes);
  const eps = scope.noise("eps", q.mean.shape, "normal");
  const z = reparameterise(q, eps);
  const reconstructionNats = likelihood(scope, z, classes).nll(pixelsUnit);
  const klNats = logPrior ? sub(logPosterior(q, eps), logPrior(scope, z)) : klToPrior(q);
  return { q, reconstructionNats, klNats };
}

/** The importance-weighted bound with so many codes per image: [B] nats. */
export function importanceWeighted(
  scope: Scope,
  { posterior, likelihood }: VaeNetworks,
  pixelsUnit: Tensor,
  samples: number,
  classes?: Tensor,
  logPrior?: LogPrior,
): Tensor {
  const q = posterior(scope, pixelsUnit, classes);
  const [batch, length] = q.mean.shape;
  const eps = scope.noise("eps", [batch, samples, length], "normal");
  const each = { mean: expandDims(q.mean, 1), logVar: expandDims(q.logVar, 1) };
  const z = reparameterise(each, eps);
  const flat = reshape(z, [productOfDims([batch, samples]), length]);
  const ofEach = classes && repeatRows(classes, samples);
  const nll = likelihood(scope, flat, ofEach).nllOfEach(pixelsUnit, samples);
  const prior = logPrior
    ? reshape(logPrior(scope, flat), [batch, samples])
    : standardNormalLogProb(z);
  return importanceWeightedNll(neg(nll), prior, logPosterior(q, eps));
}

/** Each row `times` times in a row: [B, K] → [B · times, K] */
function repeatRows(rows: Tensor, times: Dim): Tensor {
  const [batch, length] = rows.shape;
  const each = broadcastTo(expandDims(rows, 1), [batch, times, length]);
  return reshape(each, [productOfDims([batch, times]), length]);
}
