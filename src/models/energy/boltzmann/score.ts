import type { DataTraits } from "../../../core/batch.js";
import type { ScoreKind } from "../../../core/capability.js";
import { describePixels, readsGreyAsProbability } from "../../pixel-likelihood.js";
import { describeLogZ, type LogZMethod } from "../log-z.js";
import type { BoltzmannConfig } from "./config.js";
import { posteriorOf } from "./free-energy.js";
import { gibbsMachine } from "./gibbs.js";
import { enumerationOf } from "./partition.js";

/** log Z exactly if few enough units have to be enumerated, else an estimate. */
export const logZMethod = (config: BoltzmannConfig, data: DataTraits): LogZMethod => ({
  enumeration: enumerationOf(config, data),
  machine: gibbsMachine(config, data),
  betas: config.betas,
});

/**
 * An estimate where log Z is one. Otherwise a bound for grey pixels, or where mean field bounds the free
 * energy, else exact.
 */
export function scoreKind(config: BoltzmannConfig, data: DataTraits): ScoreKind {
  if (enumerationOf(config, data) === undefined) return "estimate";
  const bound =
    readsGreyAsProbability("bernoulli", data) || posteriorOf(config, data).kind === "mean-field";
  return bound ? "bound" : "exact";
}

/** The protocol text: how F(v) and log Z are computed, and what F(v) + log Z measures. */
export function describeScore(config: BoltzmannConfig, data: DataTraits): string {
  const logZ = describeLogZ(logZMethod(config, data));
  return `${describeFreeEnergy(config, data)} + log Z; ${logZ}; ${describePixels("bernoulli", data)}`;
}

/** How hidden units are summed out given an image. */
export function describeFreeEnergy(config: BoltzmannConfig, data: DataTraits): string {
  const { kind, updates } = posteriorOf(config, data);
  if (kind === "independent") return "free energy";
  if (kind === "enumerated") {
    return `free energy by enumeration of the 2^${config.hidden} states of the hidden units`;
  }
  return `upper bound on the free energy by ${updates} mean-field updates`;
}
