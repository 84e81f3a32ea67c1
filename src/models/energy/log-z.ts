import type { PreparedScore, ScorePreparation } from "../../core/capability.js";
import type { Host } from "../../core/driven.js";
import { ConfigError } from "../../core/errors.js";
import { annealedLogZ } from "./annealing.js";
import { type Enumeration, exactLogZ } from "./enumeration.js";
import type { GibbsMachine } from "./gibbs-machine.js";

/** Limits for the scores that training shows on the way. */
const PREVIEW = { chains: 50, betas: 500 };

/** Largest number of annealed chains, and the number unless the user says otherwise. */
export const MAX_CHAINS = 100_000;
export const DEFAULT_CHAINS = 100;

/** How log Z of a machine is found. */
export interface LogZMethod {
  /** Exact; annealed importance sampling where absent. */
  readonly enumeration: Enumeration | undefined;
  readonly machine: GibbsMachine;
  /** Intermediate distributions of the annealing. */
  readonly betas: number;
}

/** The method, for protocols and explanations. */
export function describeLogZ({ enumeration }: Pick<LogZMethod, "enumeration">): string {
  if (enumeration === undefined) return "log Z by annealed importance sampling";
  return `log Z by enumeration of the 2^${enumeration.units} states of the ${enumeration.of}`;
}

/**
 * log Z for scores: exact if possible, else estimated with one chain per sample.
 *
 * @throws ConfigError for a single sample, since one chain has no standard error
 */
export async function prepareLogZ(
  host: Host,
  { enumeration, machine, betas: rungs }: LogZMethod,
  { samples, seed, preview }: ScorePreparation,
): Promise<PreparedScore> {
  if (enumeration !== undefined) {
    const logZ = await exactLogZ(host, enumeration);
    return { feeds: { logZ: Float32Array.of(logZ) }, protocol: { logZ } };
  }
  if (samples < 2) {
    throw new ConfigError(`${machine.id}: log Z needs at least 2 samples, one per annealed chain`);
  }
  const chains = preview ? Math.min(samples, PREVIEW.chains) : samples;
  const betas = preview ? Math.min(rungs, PREVIEW.betas) : rungs;
  const { logZ, standardError } = await annealedLogZ(host, machine, { chains, betas, seed });
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
