import type { Batch, DataTraits } from "../../../core/batch.js";
import { ConfigError, DataError, RunError } from "../../../core/errors.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import { cast, equal, greater, or, where } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { max } from "../../../tensor/ops/reduction.js";
import { MOST_STEPS } from "../../../tensor/recurrence.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { classesFor } from "../../conditional.js";
import { allPossible, type Chain, type ChainShape, chainOf } from "./chain.js";
import { chunksOf, unrolledSteps } from "./chunks.js";
import { type OwnStates, ownStates, pick } from "./classes.js";
import type { HmmConfig } from "./config.js";
import { type Emission, emissionOf } from "./emissions/index.js";
import { type Filtered, forward } from "./forward-backward.js";
import { exactPassage, type PassageKind, productPassage } from "./passage.js";
import { type Observations, observe, type Sequence, sequenceOf } from "./sequence.js";
import { allowedBy } from "./topology.js";

/** A hidden Markov model without its parameters. */
export interface Spec {
  readonly config: HmmConfig;
  readonly data: DataTraits;
  readonly sequence: Sequence;
  /** Of the states of all classes. */
  readonly emission: Emission;
  readonly chain: ChainShape;
}

/** Steps of the longest sequence, 256×256 pixels. */
const MAX_LENGTH = 65_536;

/** @throws ConfigError when the configuration does not suit the data, or sequences are too long for it */
export function specOf(config: HmmConfig, data: DataTraits): Spec {
  const sequence = sequenceOf(config.sequence, data);
  requireLength(sequence.length, config);
  const classes = classesFor("hmm", config, data);
  const { states } = config;
  const chain = { states, classes, allowed: allowedBy(config) };
  const all = Math.max(1, classes) * states;
  return { config, data, sequence, emission: emissionOf(config, data, all, sequence.width), chain };
}

function requireLength(steps: number, { sequence, states }: HmmConfig): void {
  const many = `hmm: the images have ${steps} ${sequence}`;
  if (steps > MAX_LENGTH) throw new ConfigError(`${many}; at most ${MAX_LENGTH} are possible`);
  if (unrolledSteps(steps, states ** 3) > MOST_STEPS) {
    throw new ConfigError(
      `${many}; with ${states} states at most ${MOST_STEPS} are possible: use fewer states`,
    );
  }
}

/** The inputs of inference. */
export interface Inference {
  readonly chain: Chain;
  readonly own: OwnStates;
  readonly observations: Observations;
  /** [B, T, K] */
  readonly logEmissions: Tensor;
}

/** Emission log-probabilities of images in which missing pixels are NaN. */
export function infer(spec: Spec, scope: Scope, { pixelsUnit, annotations }: Batch): Inference {
  const { sequence, emission } = spec;
  const own = ownStates(annotations, spec.chain.classes);
  const chain = fittedChain(spec, scope, own);
  const observations = observe(sequence, pixelsUnit);
  const features = emission.featuresOf(observations);
  const possible = logEmissionsOf(features, emission.weights(scope));
  const impossible = emission.impossible?.(scope);
  const logEmissions =
    impossible === undefined
      ? possible
      : where(greater(matmul(features, impossible), 0.5), Number.NEGATIVE_INFINITY, possible);
  return { chain, own, observations, logEmissions: pick(logEmissions, own) };
}

/** The chain as it was fitted: without pseudo-counts, what was never seen is impossible. */
export const fittedChain = ({ config, chain }: Spec, scope: Scope, own: OwnStates): Chain =>
  chainOf(scope, chain, own, { zeros: config.smoothing === 0 });

/** Where transitions may be 0, products could lose the only possible path. */
const transferKindOf = ({ config, chain }: Spec): PassageKind =>
  config.smoothing === 0 ? exactPassage : fitKindOf(chain);

/** The passages of a fit, in which only a topology makes transitions 0. */
export const fitKindOf = ({ allowed }: ChainShape): PassageKind =>
  allowed === undefined ? productPassage : exactPassage;

/**
 * @throws RunError for weights that fitting with pseudo-counts cannot have found, when sequences are so
 *         long that products are used on them
 */
export function requireTransitions(spec: Spec, values: StateValues): void {
  const { config, sequence } = spec;
  const kind = transferKindOf(spec);
  const chunks = chunksOf(sequence.length, config.states * kind.numbers(config.states));
  if (chunks === undefined || kind === exactPassage) return;
  if (!allPossible(values, config.states)) {
    throw new RunError(
      `hmm: a transition of probability 0 cannot come from smoothing=${config.smoothing}; with smoothing=0 sequences of ${sequence.length} steps are computed exactly`,
    );
  }
}

/** Runs the forward recursion over images. */
export function filter(spec: Spec, scope: Scope, batch: Batch): Inference & Filtered {
  const inference = infer(spec, scope, batch);
  const { chain, logEmissions } = inference;
  return {
    ...inference,
    ...forward(chain, logEmissions, exactPassage, transferKindOf(spec)),
  };
}

/** [B, T, F] features and [F, K] weights → [B, T, K] log p(observation t | state) */
export function logEmissionsOf(features: Tensor, weights: Tensor): Tensor {
  return cast(matmul(features, weights), "float32");
}

/**
 * log p of observations, −∞ if one of their values cannot be emitted.
 *
 * @param logLikelihood  [B] assuming that all values can be emitted
 */
export function scoreOf(
  { emission }: Spec,
  observations: Observations,
  logLikelihood: Tensor,
): Tensor {
  if (emission.possible === undefined) return logLikelihood;
  const fine = or(equal(observations.known, 0), emission.possible(observations));
  const impossible = max(where(fine, 0, 1), [1, 2]);
  return where(equal(impossible, 0), logLikelihood, Number.NEGATIVE_INFINITY);
}

/**
 * The problem with images that lack pixels (NaN), if the emissions need complete observations and one is
 * only partly known.
 */
export function partlyKnown(
  { config, data, sequence, emission }: Spec,
  pixelsUnit: Float32Array,
): string | undefined {
  if (!emission.wholeObservations) return undefined;
  const { channels, height, width } = data;
  const area = height * width;
  const stepOf = {
    rows: (pixel: number) => Math.floor(pixel / width),
    columns: (pixel: number) => pixel % width,
    pixels: (pixel: number) => pixel,
  }[config.sequence];
  for (let first = 0; first < pixelsUnit.length; first += channels * area) {
    const missing = new Uint32Array(sequence.length);
    for (let at = 0; at < channels * area; at++) {
      if (Number.isNaN(pixelsUnit[first + at])) missing[stepOf(at % area)]++;
    }
    if (missing.some((count) => count > 0 && count < sequence.width)) {
      return `a ${sequence.observation} is only partly known, but full covariances need complete ones; diagonal covariances do not`;
    }
  }
  return undefined;
}

/** @throws DataError when an observation is partly known but the emissions need complete ones */
export function requireWholeObservations(spec: Spec, pixelsUnit: Float32Array): void {
  const problem = partlyKnown(spec, pixelsUnit);
  if (problem !== undefined) throw new DataError(problem);
}
