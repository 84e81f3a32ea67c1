import { trace } from "../../nn/scope.js";
import { reachable } from "../../tensor/graph.js";
import { classCount } from "../annotations.js";
import type { ScoreKind } from "../capability.js";
import { ConfigError, UnavailableError } from "../errors.js";
import type { ImageSource } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import { batchInputs } from "../state.js";
import { overImages, requireCount } from "./batches.js";
import { score } from "./score.js";

/** Class probabilities of images. */
export interface ClassProbabilities {
  readonly count: number;
  /** Class names, in the order of the columns. */
  readonly names: readonly string[];
  /** [count, K]; each row sums to 1. */
  readonly probs: Float32Array;
  /** [count, K] their logarithms in nats, accurate even where `probs` underflows to 0. */
  readonly logProbs: Float64Array;
  /** How the probabilities were computed: the model's own output, or its scores by Bayes' rule. */
  readonly method: string;
}

export interface ClassifyOptions extends WorkOptions {
  /** Samples per score estimate, for a model that classifies by Bayes' rule. */
  readonly samples?: number;
  readonly seed?: number;
  /**
   * [K] prior class probabilities, for a model that classifies by Bayes' rule; equal by default.
   */
  readonly priors?: readonly number[];
}

/**
 * The probability of each class given an image. A classifier outputs it; for a model of images
 * given their class, Bayes' rule says p(y | x) ∝ p(x | y) p(y).
 *
 * @throws UnavailableError when the model neither classifies nor has a density given the class
 * @throws ConfigError when the priors are not K numbers ≥ 0 with a positive sum
 */
export async function classify(
  model: LoadedModel,
  source: ImageSource,
  options: ClassifyOptions = {},
): Promise<ClassProbabilities> {
  requireCount("the number of images", source.count);
  requireClasses(model);
  const { classify: output } = model.model.capabilities;
  if (output === undefined) return byBayes(model, source, options);
  const names = namesOf(model);
  const logProbs = new Float64Array(source.count * names.length);
  let filled = 0;
  for await (const { values } of overImages(model, source, options, "classify", output)) {
    logProbs.set(values, filled);
    filled += values.length;
  }
  return probabilities(names, logProbs, "output of the model");
}

/**
 * Checks that a model can classify images.
 *
 * @throws UnavailableError when it neither outputs class probabilities nor has a density given the
 *   class
 */
export function requireClasses(model: LoadedModel): void {
  const { classify: output, score: density } = model.model.capabilities;
  if (output !== undefined) return;
  if (density === undefined || !canClassify(model)) {
    throw new UnavailableError(
      `${model.definition.id} cannot classify: it neither outputs class probabilities nor scores images given their class`,
    );
  }
  if ("drive" in density) return;
  const batch = batchInputs(model.data);
  const { result } = trace(model.variables, false, (scope) => density.trace(scope, batch, 1));
  if (reachable([result]).some((node) => node === batch.annotations.class)) return;
  throw new UnavailableError(
    `${model.definition.id}, as configured, scores images without regard to their class; to classify, it must score them given the class`,
  );
}

const probabilities = (
  names: readonly string[],
  logProbs: Float64Array,
  method: string,
): ClassProbabilities => ({
  count: logProbs.length / names.length,
  names,
  probs: Float32Array.from(logProbs, Math.exp),
  logProbs,
  method,
});

const namesOf = ({ data }: LoadedModel): readonly string[] => data.annotations.class?.names ?? [];

/** p(y | x) from the scores of each image under each class. */
async function byBayes(
  model: LoadedModel,
  source: ImageSource,
  options: ClassifyOptions,
): Promise<ClassProbabilities> {
  const { priors, onProgress, ...rest } = options;
  const names = namesOf(model);
  const logPriors = logPriorsOf(priors, names.length);
  const logJoint = new Float64Array(source.count * names.length);
  let kind: ScoreKind = "exact";
  for (let label = 0; label < names.length; label++) {
    const values = new Int32Array(source.count).fill(label);
    const { perImage, kind: ofClass } = await score(
      model,
      { ...source, annotations: { ...source.annotations, class: { names, values } } },
      {
        ...rest,
        onProgress: (done, total) => onProgress?.(label * total + done, names.length * total),
      },
    );
    kind = ofClass;
    perImage.forEach((nats, image) => {
      logJoint[image * names.length + label] = logPriors[label] - nats;
    });
  }
  const method = `Bayes' rule: p(y | x) ∝ p(x | y) p(y), with ${LIKELIHOOD[kind]}`;
  return probabilities(names, normalised(logJoint, names.length), method);
}

function logPriorsOf(priors: readonly number[] | undefined, classes: number): number[] {
  if (priors === undefined) return new Array<number>(classes).fill(0);
  const total = priors.reduce((sum, prior) => sum + prior, 0);
  const isNumber = (prior: number) => prior >= 0 && Number.isFinite(prior);
  if (priors.length !== classes || !priors.every(isNumber) || !(total > 0)) {
    throw new ConfigError(`the priors must be ${classes} numbers ≥ 0, not all 0`);
  }
  return priors.map((prior) => Math.log(prior / total));
}

const LIKELIHOOD = {
  exact: "the exact p(x | y)",
  bound: "a bound on p(x | y)",
  estimate: "an estimate of p(x | y)",
} as const satisfies Record<ScoreKind, string>;

/** Logarithm of the softmax of each row; equal shares where every class is ruled out. */
function normalised(logJoint: Float64Array, classes: number): Float64Array {
  const logProbs = new Float64Array(logJoint.length);
  for (let start = 0; start < logJoint.length; start += classes) {
    const row = logJoint.subarray(start, start + classes);
    const most = Math.max(...row);
    const above = row.map((value) => (most === Number.NEGATIVE_INFINITY ? 0 : value - most));
    const logTotal = Math.log(above.reduce((sum, value) => sum + Math.exp(value), 0));
    logProbs.set(
      above.map((value) => value - logTotal),
      start,
    );
  }
  return logProbs;
}

/** The likeliest class of each image: [count]. */
export function likeliestClasses({ count, names, probs }: ClassProbabilities): Int32Array {
  return Int32Array.from({ length: count }, (_, image) => {
    const row = probs.subarray(image * names.length, (image + 1) * names.length);
    return row.reduce((best, value, label) => (value > row[best] ? label : best), 0);
  });
}

/** Whether a model can classify images. */
export const canClassify = ({ model, data }: Pick<LoadedModel, "model" | "data">): boolean =>
  classCount(data.annotations) > 0 &&
  (model.capabilities.classify !== undefined ||
    (model.capabilities.score !== undefined && (model.conditionedOn?.includes("class") ?? false)));
