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

/** What the scores that training shows on the way make do with. */
const PREVIEW = { chains: 50, betas: 500 };

/** Exact where all states of a side can be summed over, an estimate elsewhere. */
export function scoreKind(config: RbmConfig, data: DataTraits): ScoreKind {
  if (enumerableSide(config, data) === undefined) return "estimate";
  return readsGreyAsProbability(likelihoodOf(config), data) ? "bound" : "exact";
}

/** The distribution of a visible unit given the hidden ones. */
export const likelihoodOf = ({ visible }: RbmConfig): PixelLikelihood =>
  visible === "binary" ? "bernoulli" : visible;

/** What F(v) + log Z is of, and where log Z comes from, in words. */
export function describeScore(config: RbmConfig, data: DataTraits): string {
  return `free energy + log Z; ${describeLogZ(config, data)}; ${describePixels(likelihoodOf(config), data)}`;
}

export function describeLogZ(config: RbmConfig, data: DataTraits): string {
  const exact = enumerableSide(config, data);
  if (exact === undefined) return "log Z by annealed importance sampling";
  return `log Z by enumeration of the 2^${exact.units} states of the ${exact.side} units`;
}

/**
 * log Z for the scores: exact where that is possible, else estimated by as many chains as there are
 * samples.
 *
 * @throws ConfigError for a single chain, which has no standard error
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
    throw new ConfigError("rbm: log Z needs at least 2 samples, which are its annealed chains");
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
