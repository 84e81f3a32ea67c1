import { pixelsPerImage } from "../../core/batch.js";
import { type ImageSet, readImages } from "../../data/image-set.js";
import type { DescribedSet } from "../../metrics/comparison/comparison.js";
import { comparison } from "../../metrics/comparison/registry.js";
import { FeatureSet, isUniform } from "../../metrics/features.js";
import { partsOf } from "../judged-images.js";
import { overParts } from "../open-extractor.js";
import { keptSlots, takesFeatures } from "./aspects.js";
import type { Work } from "./contract.js";
import { featureCache } from "./feature-cache.js";
import type { AskedOf } from "./open-judges.js";

const needs = ({ metrics }: Work, need: "classes" | "pixels"): boolean =>
  metrics.some((name) => comparison(name).needs.includes(need));

/**
 * Brings images to the extractor and to judges part by part, and gathers what these say about them.
 *
 * @param asked  what was asked of the images; by default what their annotations say
 */
export async function described(
  parts: AsyncIterable<ImageSet> | Iterable<ImageSet>,
  total: number,
  label: string,
  work: Work,
  asked?: AskedOf,
): Promise<DescribedSet> {
  const { through, signal, onProgress } = work;
  const { extractor } = through;
  const kept = keptOf(work, total, asked);
  if (!takesFeatures(work.metrics)) {
    let done = 0;
    onProgress?.({ label, done, total });
    for await (const part of kept.passing(parts)) {
      signal?.throwIfAborted();
      done += part.count;
      onProgress?.({ label, done, total });
    }
    return { features: { count: done, width: 0, values: new Float64Array() }, ...kept.result() };
  }
  const gathered = new FeatureSet(extractor.length);
  const classifier = needs(work, "classes") ? extractor.classifier : undefined;
  const probs = classifier && new Float32Array(total * classifier.names.length);
  const classify = async (taken: ImageSet, first: number) => {
    if (classifier === undefined) return;
    probs?.set(await classifier.probabilities(taken), first * classifier.names.length);
  };
  onProgress?.({ label, done: 0, total });
  for await (const { batch, done } of overParts(kept.passing(parts), through, classify)) {
    signal?.throwIfAborted();
    gathered.add(batch);
    onProgress?.({ label, done, total });
  }
  return { features: gathered.result(), ...(probs && { probs }), ...kept.result() };
}

/** {@link described} of a set of real images, whose features are kept on disk for the next time. */
export async function describedReal(
  set: ImageSet,
  label: string,
  work: Work,
): Promise<DescribedSet> {
  const { through, load } = work;
  if (!takesFeatures(work.metrics)) return described(partsOf(set), set.count, label, work);
  const classes = needs(work, "classes") && through.extractor.classifier !== undefined;
  const cache = await featureCache(set, through, classes, load?.cacheDir);
  const known = await cache?.read();
  if (cache !== undefined && known !== undefined) {
    load?.onNote?.(`${label}: taken from ${cache.path}`);
    const kept = keptOf(work, set.count);
    for await (const part of kept.passing(partsOf(set))) void part;
    return { ...known, ...kept.result() };
  }
  const found = await described(partsOf(set), set.count, label, work);
  const problem = await cache?.write(found);
  if (problem !== undefined) load?.onNote?.(`${label}: not kept for the next time: ${problem}`);
  return found;
}

/** Whether all images of a set look alike to the extractor, where it was asked. */
export const looksUniform = ({ features }: DescribedSet): boolean =>
  features.width > 0 && isUniform(features);

/** Gathers what metrics take besides features of the images that pass. */
function keptOf(work: Work, total: number, asked?: AskedOf) {
  const pixels = keptPixels(work);
  const slots = keptSlots(work, total, asked);
  return {
    passing: (parts: AsyncIterable<ImageSet> | Iterable<ImageSet>) =>
      slots.passing(pixels.passing(parts)),
    result: () => ({ ...pixels.result(), ...slots.result() }),
  };
}

/** Gathers the pixels of the images that pass, where a metric takes them; points as points of the plane. */
function keptPixels(work: Work) {
  if (!needs(work, "pixels")) {
    return { passing: <T>(parts: T) => parts, result: () => ({}) };
  }
  const { real, plane } = work.images;
  const pixels = new FeatureSet(pixelsPerImage(real));
  let first = 0;
  return {
    async *passing(parts: AsyncIterable<ImageSet> | Iterable<ImageSet>) {
      for await (const part of parts) {
        const { pixelsUnit } = await readImages(part);
        pixels.add({ first, values: plane?.toPoints(pixelsUnit) ?? pixelsUnit });
        first += part.count;
        yield part;
      }
    },
    result: () => ({ pixels: pixels.result() }),
  };
}
