import { consecutive } from "../core/capabilities/batches.js";
import { cluster } from "../core/capabilities/cluster.js";
import type { WorkOptions } from "../core/loaded-model.js";
import { type ImageSet, subset } from "../data/image-set.js";
import { type ClusterClasses, classesOfClusters } from "../metrics/named-clusters.js";
import type { OpenRun } from "../training/load-run.js";
import { actualClasses } from "./actual-classes.js";

/** Training images that decide which class a cluster stands for. */
const MOST_IMAGES = 10_000;

/**
 * Decides which class each cluster of a run stands for, by its training images alone, so that test
 * images measure it.
 *
 * @param training  the run's training images
 * @returns         undefined where they have no classes
 */
export async function clusterClasses(
  { model }: Pick<OpenRun, "model">,
  training: ImageSet,
  options: WorkOptions = {},
): Promise<ClusterClasses | undefined> {
  const names = model.data.annotations.class?.names;
  if (names === undefined || training.annotations?.class === undefined) return undefined;
  const images = subset(training, consecutive(0, Math.min(MOST_IMAGES, training.count)));
  const found = await cluster(model, images, options);
  const actual = actualClasses(model, images);
  return actual && classesOfClusters(found, actual, names);
}
