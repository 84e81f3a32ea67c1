import { input } from "../../tensor/tensor.js";
import { ConfigError } from "../errors.js";
import type { ImageSource } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { encodeCaption } from "../text.js";
import {
  batchSizeOf,
  joinBatches,
  overImages,
  runInBatches,
  valuesOf,
  withBatchSize,
} from "./batches.js";

/** How well images and captions fit each other. */
export interface Similarities {
  readonly images: number;
  readonly captions: number;
  /** [images, captions] cosines in [−1, 1] */
  readonly cosines: Float32Array;
  /** The factor that turns cosines into the logits of captions given an image. */
  readonly scale: number;
}

/**
 * Compares every image with every caption.
 *
 * @param captions  in the words of the training captions
 * @throws UnavailableError when the model cannot match
 * @throws ConfigError when there is no caption, or one has a word that the model does not know
 * @throws DataError when an image lacks pixels
 */
export async function similarities(
  model: LoadedModel,
  source: ImageSource,
  captions: readonly string[],
  options: WorkOptions = {},
): Promise<Similarities> {
  const { embeddingLength, scale } = requireCapability(model, "match");
  if (captions.length === 0) throw new ConfigError("give a caption to compare images with");
  const words = captionWords(model, captions);
  const ofImages = await imageEmbeddings(model, source, options);
  const embeddings = await captionEmbeddings(model, words);
  const factor = await model.program("match.scale", (scope) => ({ scale: scale(scope) }));
  const { scale: factors } = await factor.run({ state: model.state });
  const cosines = new Float32Array(source.count * captions.length);
  for (let image = 0; image < source.count; image++) {
    for (let caption = 0; caption < captions.length; caption++) {
      let sum = 0;
      for (let at = 0; at < embeddingLength; at++) {
        sum += ofImages[image * embeddingLength + at] * embeddings[caption * embeddingLength + at];
      }
      cosines[image * captions.length + caption] = sum;
    }
  }
  return { images: source.count, captions: captions.length, cosines, scale: Number(factors[0]) };
}

/**
 * Captions in the numbers of a model's vocabulary: [captions.length, T].
 *
 * @throws ConfigError for a word that the model does not know, or a caption that is too long
 */
export function captionWords({ data }: LoadedModel, captions: readonly string[]): Int32Array {
  const traits = data.annotations.caption ?? { vocabulary: [], length: 0 };
  const words = new Int32Array(captions.length * traits.length);
  for (const [at, text] of captions.entries()) {
    words.set(encodeCaption(text, traits), at * traits.length);
  }
  return words;
}

async function imageEmbeddings(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions,
): Promise<Float32Array> {
  const { images } = requireCapability(model, "match");
  const batches = overImages(model, source, options, "match.images", (scope, pixelsUnit) =>
    images(scope, pixelsUnit),
  );
  return joinBatches(valuesOf(batches));
}

/**
 * The embeddings of captions: [K, E], each of length 1.
 *
 * @param words  [K, T] in the numbers of the model's vocabulary, padded with 0
 */
export async function captionEmbeddings(
  model: LoadedModel,
  words: Int32Array,
  options: WorkOptions = {},
): Promise<Float32Array> {
  const { captions, captionLength } = requireCapability(model, "match");
  const program = await model.program("match.captions", (scope) => ({
    embeddings: captions(scope, input("words", ["B", captionLength], "int32")),
  }));
  const run = {
    ...withBatchSize(options, batchSizeOf(program)),
    count: words.length / captionLength,
    feeds: (first: number, size: number) => ({
      words: words.slice(first * captionLength, (first + size) * captionLength),
    }),
  };
  return joinBatches(runInBatches(model, program, run));
}

/**
 * Probabilities of the captions for each image, if one of them is right.
 *
 * @returns  [images, captions]
 */
export function captionProbabilities({ captions, cosines, scale }: Similarities): Float64Array {
  const probs = Float64Array.from(cosines, (cosine) => Math.exp(scale * (cosine - 1)));
  for (let start = 0; start < probs.length; start += captions) {
    const total = probs.subarray(start, start + captions).reduce((a, b) => a + b, 0);
    for (let at = start; at < start + captions; at++) probs[at] /= total;
  }
  return probs;
}
