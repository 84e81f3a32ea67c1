import { pixelsPerImage } from "../core/batch.js";
import { similarities } from "../core/capabilities/match.js";
import { type SampleOptions, sampleBatches } from "../core/capabilities/sample.js";
import { ConfigError } from "../core/errors.js";
import { type Images, inMemory } from "../core/images.js";
import { type LoadedModel, requireCapability } from "../core/loaded-model.js";
import { encodeCaption } from "../core/text.js";
import { formatImageShape } from "../data/image-set.js";

export interface BestOfOptions extends SampleOptions {
  /** Images drawn for each that is kept; at least 1. */
  readonly candidates: number;
}

export interface BestOf {
  readonly images: Images;
  /** [count] cosine of each image with its caption. */
  readonly cosines: readonly number[];
  /** [count] mean of the cosines of its candidates. */
  readonly means: readonly number[];
}

/**
 * Draws several candidates of each image and keeps the one that fits its caption best.
 *
 * @param judge  a model that matches images and captions; one that was trained apart from `model`
 * @throws UnavailableError, ConfigError when the judge cannot judge: before any image is drawn
 */
export async function sampleBest(
  model: LoadedModel,
  judge: LoadedModel,
  { candidates, count, condition = {}, ...options }: BestOfOptions,
): Promise<BestOf> {
  const captions = condition.caption ?? [];
  requireJudge(model, judge, captions);
  if (!(Number.isInteger(candidates) && candidates >= 1)) {
    throw new ConfigError(
      `the number of candidates must be a whole number from 1, not ${candidates}`,
    );
  }
  const each = captions.flatMap((caption) => new Array<string>(candidates).fill(caption));
  const size = pixelsPerImage(model.data);
  const pixelsUnit = new Float32Array(count * size);
  const [cosines, means] = [new Array<number>(count).fill(-2), new Array<number>(count).fill(0)];
  let first = 0;
  const drawing = {
    ...options,
    count: count * candidates,
    condition: { ...condition, caption: each },
  };
  for await (const part of sampleBatches(model, drawing)) {
    const found = await similarities(judge, inMemory(part.pixelsUnit, part.count), captions);
    for (let at = 0; at < part.count; at++) {
      const image = Math.floor((first + at) / candidates);
      const cosine = found.cosines[at * captions.length + (image % captions.length)];
      means[image] += cosine / candidates;
      if (cosine <= cosines[image]) continue;
      cosines[image] = cosine;
      pixelsUnit.set(part.pixelsUnit.subarray(at * size, (at + 1) * size), image * size);
    }
    first += part.count;
  }
  const { channels, height, width } = model.data;
  return { images: { count, channels, height, width, pixelsUnit }, cosines, means };
}

function requireJudge(model: LoadedModel, judge: LoadedModel, captions: readonly string[]): void {
  requireCapability(judge, "match");
  if (captions.length === 0) throw new ConfigError("candidates are ranked by a caption: give one");
  const [drawn, judged] = [model.data, judge.data].map(formatImageShape);
  if (drawn !== judged) {
    throw new ConfigError(
      `the images are ${drawn}, but the run that ranks them takes ${judged}; train it on the same images`,
    );
  }
  const traits = judge.data.annotations.caption ?? { vocabulary: [], length: 0 };
  for (const caption of captions) encodeCaption(caption, traits);
}
