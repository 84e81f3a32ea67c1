import { ConfigError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";
import { type Features, requireComparable } from "./features.js";
import { frechetDistance } from "./frechet-distance.js";
import { InceptionScore } from "./inception-score.js";
import { kernelDistance } from "./kernel-distance.js";
import { authenticity } from "./memorisation/authenticity.js";
import { copyingTest } from "./memorisation/copying-test.js";
import { nearestTraining } from "./memorisation/nearest-training.js";
import { FeatureMoments } from "./moments.js";
import { precisionRecall } from "./precision-recall.js";

/** A set of images as an extractor describes it. */
export interface DescribedSet {
  readonly features: Features;
  /** [count, classes] class probabilities, where the extractor classifies. */
  readonly probs?: Float32Array;
}

/** The sets that a metric may draw on. */
export interface ComparedSets {
  readonly real: DescribedSet;
  readonly generated: DescribedSet;
  /** Real images that the model was trained on. */
  readonly training?: Features;
  /** Real images that it was not trained on. */
  readonly heldOut?: Features;
}

/** One figure of a metric. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  /** Standard error of a kernel distance; standard deviation over the splits of an Inception Score. */
  readonly spread?: number;
}

export type MetricName = "fd" | "kd" | "prdc" | "is" | "memorisation";

/** A metric of a set of images, as one that can be chosen by name. */
export interface Comparison {
  readonly description: string;
  /** What it needs besides features of real and generated images. */
  readonly needs?: "classes" | "training";
  /** The real images to measure in place of the generated ones, for the floor. */
  readonly floor: "unseen" | "real" | "heldOut";
  measure(sets: ComparedSets, seed: number): readonly Figure[];
}

const FEWEST_FOR_CELLS = 200;

/** Metrics of sets of images, in the order in which results list them. */
export const comparisons: Readonly<Record<MetricName, Comparison>> = {
  fd: {
    description: "Fréchet distance",
    floor: "unseen",
    measure({ real, generated }) {
      const distance = frechetDistance(momentsOf(real.features), momentsOf(generated.features));
      return [{ figure: "Fréchet distance", value: distance.value }];
    },
  },
  kd: {
    description: "kernel distance",
    floor: "unseen",
    measure({ real, generated }, seed) {
      const fewest = Math.min(real.features.count, generated.features.count);
      // Subsets of the whole sets would all be the same, and their spread nothing.
      const subsetSize = Math.min(1000, Math.floor(fewest / 2));
      const distance = kernelDistance(real.features, generated.features, { seed, subsetSize });
      const { value, standardError: spread } = distance;
      return [{ figure: "kernel distance", value, spread }];
    },
  },
  prdc: {
    description: "precision, recall, density and coverage",
    floor: "unseen",
    measure({ real, generated }) {
      const found = precisionRecall(real.features, generated.features);
      return (["precision", "recall", "density", "coverage"] as const).map((figure) => ({
        figure,
        value: found[figure],
      }));
    },
  },
  is: {
    description: "Inception Score",
    needs: "classes",
    floor: "real",
    measure: ({ generated }) => [inceptionScoreOf(generated)],
  },
  memorisation: {
    description: "copies of training images, AuthPct and C_T",
    needs: "training",
    floor: "heldOut",
    measure({ generated, training, heldOut }, seed) {
      if (training === undefined || heldOut === undefined) {
        throw new ConfigError("memorisation needs training images and held-out ones");
      }
      const { features } = generated;
      // So few images would leave no cell of several with enough of them.
      const cells = Math.min(features.count, heldOut.count) < FEWEST_FOR_CELLS ? 1 : 5;
      const { value } = copyingTest(training, heldOut, features, { cells, seed });
      return [
        { figure: "copies", value: nearestTraining(training, features).copies },
        { figure: "AuthPct", value: authenticity(training, features) },
        { figure: "C_T", value },
      ];
    },
  },
};

const metricNames = Object.keys(comparisons) as MetricName[];

/** Metrics by name, in the order of results. @throws ConfigError for an unknown name, or for none */
export function metricsNamed(names: readonly string[]): MetricName[] {
  const unknown = names.find((name) => !Object.hasOwn(comparisons, name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `there is no metric "${unknown}"${didYouMean(unknown, metricNames)}; there are ${metricNames.join(", ")}`,
    );
  }
  if (names.length === 0) throw new ConfigError("no metric is named");
  return metricNames.filter((name) => names.includes(name));
}

/**
 * Whether all images of a set look the same to an extractor.
 *
 * @throws DataError when the set is empty
 */
export function isUniform(features: Features): boolean {
  requireComparable(features, features, 1);
  const { values, width } = features;
  return values.every((value, at) => value === values[at % width]);
}

function momentsOf({ width, values }: Features) {
  const moments = new FeatureMoments(width);
  moments.add({ first: 0, values });
  return moments.result();
}

function inceptionScoreOf({ features, probs }: DescribedSet): Figure {
  if (probs === undefined) throw new ConfigError("the Inception Score needs a classifier");
  const score = new InceptionScore(probs.length / features.count);
  score.add({ first: 0, probs });
  const { value, standardDeviation: spread } = score.result();
  return { figure: "Inception Score", value, spread };
}
