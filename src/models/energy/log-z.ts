import { type AnnotationTensors, requireAnnotation } from "../../core/annotations.js";
import type { PreparedScore, ScorePreparation } from "../../core/capability.js";
import type { Host } from "../../core/driven.js";
import { ConfigError } from "../../core/errors.js";
import { gather } from "../../tensor/ops/indexing.js";
import { input, type Tensor } from "../../tensor/tensor.js";
import { annealedLogZ, type LogZEstimate } from "./annealing.js";
import { eachClass } from "./class-of.js";
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

/** The value, or those of all classes in order. */
const listed = (values: readonly number[]): number | string =>
  values.length === 1 ? values[0] : values.map((value) => value.toPrecision(7)).join(", ");

/**
 * What {@link prepareLogZ} feeds: a scalar, or log Z of each image's class [B].
 *
 * @param classes  K; 0 without classes
 */
export function logZInput(annotations: AnnotationTensors, classes: number): Tensor {
  const all = input("logZ", [Math.max(1, classes)]);
  return classes === 0 ? all : gather(all, requireAnnotation(annotations, "class"));
}

/**
 * log Z for scores, of each class where there are classes: exact if possible, else estimated with one chain per sample.
 *
 * @throws ConfigError for a single sample, since one chain has no standard error
 */
export async function prepareLogZ(
  host: Host,
  { enumeration, machine, betas: rungs }: LogZMethod,
  { samples, seed, preview }: ScorePreparation,
): Promise<PreparedScore> {
  const each = eachClass(machine.classes);
  if (enumeration !== undefined) {
    const logZs: number[] = [];
    for (const of of each) logZs.push(await exactLogZ(host, enumeration, of));
    return { feeds: { logZ: Float32Array.from(logZs) }, protocol: { logZ: listed(logZs) } };
  }
  if (samples < 2) {
    throw new ConfigError(`${machine.id}: log Z needs at least 2 samples, one per annealed chain`);
  }
  const chains = preview ? Math.min(samples, PREVIEW.chains) : samples;
  const betas = preview ? Math.min(rungs, PREVIEW.betas) : rungs;
  const estimates: LogZEstimate[] = [];
  for (const of of each) {
    estimates.push(await annealedLogZ(host, machine, { chains, betas, seed, of }));
  }
  const logZs = estimates.map(({ logZ }) => logZ);
  return {
    feeds: { logZ: Float32Array.from(logZs) },
    protocol: {
      logZ: listed(logZs),
      logZStandardError: listed(estimates.map(({ standardError }) => standardError)),
      chains,
      betas,
      base: "independent pixels with the means of the first training batch",
    },
  };
}
