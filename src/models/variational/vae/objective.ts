import { ConfigError } from "../../../core/errors.js";
import type { Objective } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { warmedUp } from "../warm-up.js";
import { elbo, importanceWeighted, type VaeNetworks } from "./bounds.js";
import type { VaeConfig } from "./config.js";
import { klWithFreeBits } from "./loss.js";

/** @throws ConfigError when settings of the KL term are given for the bound that has none */
export function requireOneObjective({ importance, beta, warmup, freeBits }: VaeConfig): void {
  if (importance === 1 || (beta === 1 && warmup === 0 && freeBits === 0)) return;
  throw new ConfigError(
    "vae: the importance-weighted objective has no KL term; with importance above 1, leave beta, warmup and freeBits at their defaults",
  );
}

/** @throws ConfigError when a prior would be fitted to the codes of all classes together */
export function requireOnePrior({ prior, conditional }: VaeConfig): void {
  if (prior === "normal" || !conditional) return;
  throw new ConfigError(
    "vae: prior=gmm fits one mixture to the codes of all images; leave conditional=false",
  );
}

/** What training minimises. */
export function objective(
  scope: Scope,
  networks: VaeNetworks,
  { importance, beta, warmup, freeBits }: VaeConfig,
  given: {
    readonly pixelsUnit: Tensor;
    readonly classes: Tensor | undefined;
    readonly step: Tensor;
  },
): Objective {
  const { pixelsUnit, classes, step } = given;
  if (importance > 1) {
    const bound = importanceWeighted(scope, networks, pixelsUnit, importance, classes);
    return { loss: bound, metrics: { importanceWeightedNll: bound } };
  }
  const { q, reconstructionNats, klNats } = elbo(scope, networks, pixelsUnit, classes);
  const counted = freeBits > 0 ? klWithFreeBits(q, freeBits) : klNats;
  return {
    loss: add(reconstructionNats, mul(counted, warmedUp(beta, warmup, step))),
    metrics: { negativeElbo: add(reconstructionNats, klNats), reconstructionNats, klNats },
  };
}
