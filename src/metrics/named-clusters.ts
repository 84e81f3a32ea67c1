import type { ClassProbabilities } from "../core/capabilities/classify.js";
import { DataError } from "../core/errors.js";
import { likeliest } from "./classified.js";
import { matchClusters } from "./matching.js";

/** Which class each cluster stands for, as labelled images decided. */
export interface ClusterClasses {
  /** [clusters] */
  readonly matching: Int32Array;
  readonly names: readonly string[];
  /** Images that decided. */
  readonly count: number;
}

/**
 * Matches clusters with classes by labelled images.
 *
 * @param found   clusters of the images
 * @param actual  [count] their classes
 * @param names   of the classes
 * @throws DataError when there is not one class for each image
 */
export function classesOfClusters(
  { count, names: clusters, probs }: ClassProbabilities,
  actual: ArrayLike<number>,
  names: readonly string[],
): ClusterClasses {
  if (actual.length !== count) {
    throw new DataError(`${count} images need as many classes, not ${actual.length}`);
  }
  const counts = clusters.map(() => new Array<number>(names.length).fill(0));
  for (let image = 0; image < count; image++) {
    counts[likeliest(probs, clusters.length, image)][actual[image]]++;
  }
  return { matching: matchClusters(counts), names, count };
}

/** Probabilities of classes: of each, the sum over its clusters. A class without one gets 0. */
export function asClasses(
  { count, names: clusters, logProbs }: ClassProbabilities,
  { matching, names, count: judged }: ClusterClasses,
): ClassProbabilities {
  const ofClasses = new Float64Array(count * names.length);
  for (let at = 0; at < logProbs.length; at++) {
    const image = Math.floor(at / clusters.length);
    ofClasses[image * names.length + matching[at % clusters.length]] += Math.exp(logProbs[at]);
  }
  return {
    count,
    names,
    probs: Float32Array.from(ofClasses),
    logProbs: ofClasses.map(Math.log),
    method: `clusters found without labels, matched with the classes of ${judged} training images`,
  };
}
