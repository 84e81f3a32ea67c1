import { type ClassProbabilities, likeliestClasses } from "../core/capabilities/classify.js";
import type { ImageSet } from "../data/image-set.js";
import {
  Calibration,
  type CalibrationResult,
  Confusion,
  type ConfusionResult,
  CrossEntropy,
} from "../metrics/index.js";
import { csvText } from "./csv.js";
import { idOf } from "./images.js";

/** How well a model classifies images of known classes. */
export interface Judgement extends ConfusionResult {
  readonly calibration: CalibrationResult;
  /** Mean of −log p(true class | image), in nats. */
  readonly nllNats: number;
}

/** @param actual  [count] true class of each image */
export function judge(
  { names, probs, logProbs }: ClassProbabilities,
  actual: ArrayLike<number>,
): Judgement {
  const confusion = new Confusion(names);
  const calibration = new Calibration(names.length);
  const entropy = new CrossEntropy(names.length);
  confusion.add({ probs, actual });
  calibration.add({ probs, actual });
  entropy.add({ logProbs, actual });
  const { nllNats } = entropy.result();
  return { ...confusion.result(), calibration: calibration.result(), nllNats };
}

/** The class that a model predicts for an image. */
export interface Prediction {
  readonly id: string;
  readonly class: string;
  readonly probability: number;
  /** The true class, where known. */
  readonly actual?: string;
}

/** The likeliest class of each image, in the images' order. */
export function predictionsOf(
  found: ClassProbabilities,
  images: ImageSet,
  actual: Int32Array | undefined,
): Prediction[] {
  const { names, probs } = found;
  return Array.from(likeliestClasses(found), (label, index) => ({
    id: idOf(images, index),
    class: names[label],
    probability: probs[index * names.length + label],
    ...(actual && { actual: names[actual[index]] }),
  }));
}

/** Predictions with the probability of every class, as a table that spreadsheets read. */
export function predictionsCsv(
  { names, probs }: ClassProbabilities,
  predictions: readonly Prediction[],
): string {
  const known = predictions.some(({ actual }) => actual !== undefined);
  return csvText([
    ["index", "id", ...(known ? ["actual"] : []), "class", ...names.map((name) => `p(${name})`)],
    ...predictions.map(({ id, class: name, actual }, index) => [
      index,
      id,
      ...(actual === undefined ? [] : [actual]),
      name,
      ...probs.subarray(index * names.length, (index + 1) * names.length),
    ]),
  ]);
}
