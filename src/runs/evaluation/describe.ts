import { pixelsPerImage } from "../../core/batch.js";
import { type ImageSet, readImages } from "../../data/image-set.js";
import type { DescribedSet } from "../../metrics/comparison/comparison.js";
import { comparison } from "../../metrics/comparison/registry.js";
import { FeatureSet } from "../../metrics/features.js";
import { partsOf } from "../judged-images.js";
import { overParts } from "../open-extractor.js";
import type { Work } from "./contract.js";
import { featureCache } from "./feature-cache.js";

const needs = ({ metrics }: Work, need: "classes" | "pixels"): boolean =>
  metrics.some((name) => comparison(name).needs.includes(need));

/** Brings images to the extractor part by part, and gathers what it says about them. */
export async function described(
  parts: AsyncIterable<ImageSet> | Iterable<ImageSet>,
  total: number,
  label: string,
  work: Work,
): Promise<DescribedSet> {
  const { through, signal, onProgress } = work;
  const { extractor } = through;
  const gathered = new FeatureSet(extractor.length);
  const kept = keptPixels(work);
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
  const classes = needs(work, "classes") && through.extractor.classifier !== undefined;
  const cache = await featureCache(set, through, classes, load?.cacheDir);
  const known = await cache?.read();
  if (cache !== undefined && known !== undefined) {
    load?.onNote?.(`${label}: taken from ${cache.path}`);
    const kept = keptPixels(work);
    for await (const part of kept.passing(partsOf(set))) void part;
    return { ...known, ...kept.result() };
  }
  const found = await described(partsOf(set), set.count, label, work);
  const problem = await cache?.write(found);
  if (problem !== undefined) load?.onNote?.(`${label}: not kept for the next time: ${problem}`);
  return found;
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
