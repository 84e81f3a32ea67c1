import type { ImageSource } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { overImages, requireCount } from "./batches.js";
import type { ClassProbabilities } from "./classify.js";

/**
 * The probability of each cluster given an image, for a model that groups images without labels.
 *
 * @returns  with names such as `cluster 3`
 * @throws UnavailableError when the model knows no clusters
 */
export async function cluster(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<ClassProbabilities> {
  const { clusters, trace } = requireCapability(model, "cluster");
  requireCount("the number of images", source.count);
  const logProbs = new Float64Array(source.count * clusters);
  let filled = 0;
  for await (const { values } of overImages(model, source, options, "cluster", trace)) {
    logProbs.set(values, filled);
    filled += values.length;
  }
  return {
    count: source.count,
    names: Array.from({ length: clusters }, (_, number) => `cluster ${number}`),
    probs: Float32Array.from(logProbs, Math.exp),
    logProbs,
    method: "clusters, found without labels",
  };
}
