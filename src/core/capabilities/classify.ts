import { trace } from "../../nn/scope.js";
import { reachable } from "../../tensor/graph.js";
import { classCount } from "../annotations.js";
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
  const { classify: output, score: density } = model.model.capabilities;
  const names = model.data.annotations.class?.names ?? [];
  if (output !== undefined) {
    const probs = new Float32Array(source.count * names.length);
    let filled = 0;
    for await (const { values } of overImages(model, source, options, "classify", output)) {
      probs.set(values, filled);
      filled += values.length;
    }
    return { count: source.count, names, probs, method: "output of the model" };
  }
  if (density === undefined || !model.model.conditionedOn?.includes("class")) {
    throw new UnavailableError(
      `${model.definition.id} cannot classify: it neither outputs class probabilities nor scores images given their class`,
    );
  }
  return byBayes(model, source, options);
}

/** p(y | x) from the scores of each image under each class. */
async function byBayes(
  model: LoadedModel,
  source: ImageSource,
  options: ClassifyOptions,
): Promise<ClassProbabilities> {
  await requireClassRead(model);
  const { priors, onProgress, ...rest } = options;
  const names = model.data.annotations.class?.names ?? [];
  const logPriors = logPriorsOf(priors, names.length);
  const logJoint = new Float64Array(source.count * names.length);
  for (let label = 0; label < names.length; label++) {
    const values = new Int32Array(source.count).fill(label);
    const { perImage } = await score(
      model,
      { ...source, annotations: { class: { names, values } } },
      {
        ...rest,
        onProgress: (done, total) => onProgress?.(label * total + done, names.length * total),
      },
    );
    perImage.forEach((nats, image) => {
      logJoint[image * names.length + label] = logPriors[label] - nats;
    });
  }
  return {
    count: source.count,
    names,
    probs: normalised(logJoint, names.length),
    method: "Bayes' rule: p(y | x) ∝ p(x | y) p(y)",
  };
}

/** @throws UnavailableError when the score of an image does not depend on its class */
async function requireClassRead(model: LoadedModel): Promise<void> {
  const { score: density } = model.model.capabilities;
  if (density === undefined || "drive" in density) return;
  const batch = batchInputs(model.data);
  const { result } = trace(model.variables, false, (scope) => density.trace(scope, batch, 1));
  if (reachable([result]).some((node) => node === batch.annotations.class)) return;
  throw new UnavailableError(
    `${model.definition.id}, as configured, scores images without regard to their class; to classify, it must score them given the class`,
  );
}

function logPriorsOf(priors: readonly number[] | undefined, classes: number): number[] {
  if (priors === undefined) return new Array<number>(classes).fill(0);
  const total = priors.reduce((sum, prior) => sum + prior, 0);
  if (priors.length !== classes || priors.some((prior) => !(prior >= 0)) || !(total > 0)) {
    throw new ConfigError(`the priors must be ${classes} numbers ≥ 0, not all 0`);
  }
  return priors.map((prior) => Math.log(prior / total));
}

/** Softmax of each row; uniform where every class is ruled out. */
function normalised(logJoint: Float64Array, classes: number): Float32Array {
  const probs = new Float32Array(logJoint.length);
  for (let start = 0; start < logJoint.length; start += classes) {
    const row = logJoint.subarray(start, start + classes);
    const most = Math.max(...row);
    const weights = Array.from(row, (value) =>
      most === Number.NEGATIVE_INFINITY ? 1 : Math.exp(value - most),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    probs.set(
      weights.map((weight) => weight / total),
      start,
    );
  }
  return probs;
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
