import type { DataTraits } from "../../../core/batch.js";
import type { PreparedScore, ScoreKind, ScorePreparation } from "../../../core/capability.js";
import type { Host } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import {
  describePixels,
  type PixelLikelihood,
  readsGreyAsProbability,
} from "../../pixel-likelihood.js";
import type { RbmConfig } from "./config.js";
import { enumerableSide, exactLogZ } from "./enumeration.js";
import { annealedLogZ } from "./importance.js";

/** Limits for the scores that training shows on the way. */
const PREVIEW = { chains: 50, betas: 500 };

/** Exact (or a bound for grey pixels) if the states of one side can be enumerated, else an estimate. */
export function scoreKind(config: RbmConfig, data: DataTraits): ScoreKind {
  if (enumerableSide(config, data) === undefined) return "estimate";
  return readsGreyAsProbability(likelihoodOf(config), data) ? "bound" : "exact";
}

/** The distribution of a visible unit given the hidden ones. */
export const likelihoodOf = ({ visible }: RbmConfig): PixelLikelihood =>
  visible === "binary" ? "bernoulli" : visible;

/** The protocol text: how log Z is computed, and what F(v) + log Z measures. */
export function describeScore(config: RbmConfig, data: DataTraits): string {
  return `free energy + log Z; ${describeLogZ(config, data)}; ${describePixels(likelihoodOf(config), data)}`;
}

export function describeLogZ(config: RbmConfig, data: DataTraits): string {
  const exact = enumerableSide(config, data);
  if (exact === undefined) return "log Z by annealed importance sampling";
  return `log Z by enumeration of the 2^${exact.units} states of the ${exact.side} units`;
}

/**
 * log Z for scores: exact if possible, else estimated with one chain per sample.
 *
 * @throws ConfigError for a single sample, since one chain has no standard error
 */
export async function prepareLogZ(
  host: Host,
  config: RbmConfig,
  data: DataTraits,
  { samples, seed, preview }: ScorePreparation,
): Promise<PreparedScore> {
  const side = enumerableSide(config, data);
  if (side !== undefined) {
    const logZ = await exactLogZ(host, config, data, side);
    return { feeds: { logZ: Float32Array.of(logZ) }, protocol: { logZ } };
  }
  if (samples < 2) {
    throw new ConfigError("rbm: log Z needs at least 2 samples, one per annealed chain");
  }
  const chains = preview ? Math.min(samples, PREVIEW.chains) : samples;
  const betas = preview ? Math.min(config.betas, PREVIEW.betas) : config.betas;
  const { logZ, standardError } = await annealedLogZ(host, config, data, { chains, betas, seed });
  return {
    feeds: { logZ: Float32Array.of(logZ) },
    protocol: {
      logZ,
      logZStandardError: standardError,
      chains,
      betas,
      base: "independent pixels with the means of the first training batch",
    },
  };
}
