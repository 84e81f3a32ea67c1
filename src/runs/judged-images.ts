import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Annotations } from "../core/annotations.js";
import type { ImageShape } from "../core/batch.js";
import type { Condition } from "../core/capabilities/condition.js";
import { checkedSampling, type Sampling, sampleBatches } from "../core/capabilities/sample.js";
import { ConfigError, DataError } from "../core/errors.js";
import type { LoadedModel } from "../core/loaded-model.js";
import { requireWhole } from "../core/missing-pixels.js";
import { captionAnnotation } from "../core/text.js";
import { convertChannels } from "../data/channels.js";
import type { DataSpec } from "../data/data-spec.js";
import { arraySet, type ImageSet, mapPixels, subset } from "../data/image-set.js";
import type { OnNote } from "../data/notes.js";
import { openPath } from "../data/open-path.js";
import { stream } from "../runtime/random.js";
import type { OpenRun } from "../training/load-run.js";
import { trainingOptions } from "../training/options.js";
import { type OpenRunOptions, openRun } from "./open-run.js";

/** Images per part, which bounds the memory that parts take. */
const PART = 500;

/** How images are drawn from a run. */
export interface DrawOptions {
  readonly count: number;
  readonly seed: number;
  /** Whether each pixel is drawn, in place of showing its mean. */
  readonly draw?: boolean;
  /** Whether pixels are brought to 256 levels, as files hold them; true by default. */
  readonly quantise?: boolean;
  /** What to draw from a conditional run; every class in turn by default. */
  readonly condition?: Condition;
  /** How the model draws; as it does by default, where absent. */
  readonly sampling?: Sampling;
  readonly signal?: AbortSignal;
}

/** Images to judge: samples of a run, or files. */
export interface JudgedImages {
  /** As the user named them. */
  readonly name: string;
  readonly shape: ImageShape;
  /** How many there are; null where any number can be drawn. */
  readonly available: number | null;
  /** What a run was trained on. */
  readonly trainedOn?: DataSpec;
  /** Where the images come from a run. */
  readonly run?: OpenRun;
  /** What is known of the images of a folder or file, such as their captions. */
  readonly annotations?: Annotations;
  /** Where the images come from, for the protocol. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly warnings: readonly string[];
  /** The images in consecutive parts, so that memory does not grow with their number. */
  parts(options: DrawOptions): AsyncGenerator<ImageSet>;
  close(): Promise<void>;
}

/** Whether a user names a run, not images. */
const isRun = (reference: string): boolean =>
  reference.startsWith("zoo:") || existsSync(join(reference, "run.json"));

export interface OpenJudgedOptions extends OpenRunOptions {
  /** Brings images to grey (1) or colour (3). */
  readonly channels?: number;
  /** Captions of the images of a folder or file, one an image, in place of any beside them. */
  readonly prompts?: readonly string[];
  /** How a run draws; as it does by default, where absent. */
  readonly sampling?: Sampling;
  readonly onNote?: OnNote;
}

/**
 * Opens a run, a folder of images, or a file of images such as a `.npy`.
 *
 * @throws ConfigError when images can be brought to no such number of channels, or the run has no such
 *   setting of its sampler
 * @throws UnavailableError when the run cannot sample
 * @throws DataError, RunError when there is no such thing or it is malformed
 */
export async function openJudged(
  reference: string,
  options: OpenJudgedOptions = {},
): Promise<JudgedImages> {
  const { onNote, channels, prompts, sampling, ...opening } = options;
  if (isRun(reference)) {
    if (prompts === undefined) return judgedRun(reference, opening, sampling, channels);
    throw new ConfigError(
      `${reference} is a run, which draws from the captions of the real images: prompts are for images of a folder or file`,
    );
  }
  if (sampling !== undefined) {
    throw new ConfigError(
      `${reference} is a folder or file of images, which are not drawn: a temperature and settings of a sampler are for runs`,
    );
  }
  const asStored = captioned(await openPath(reference, "all", onNote && { onNote }), prompts);
  const images = convertChannels(asStored, channels ?? asStored.channels);
  requireWhole(images, "show", "they cannot be compared");
  return {
    name: reference,
    shape: shapeOf(images),
    available: images.count,
    ...(images.annotations && { annotations: images.annotations }),
    facts: { images: images.source },
    warnings: [],
    async *parts({ count, seed, quantise = true }) {
      yield* partsOf(drawnFrom(quantise ? inBytes(images) : images, count, seed));
    },
    close: async () => undefined,
  };
}

/** @throws DataError when there is not one caption an image */
function captioned(images: ImageSet, captions?: readonly string[]): ImageSet {
  if (captions === undefined) return images;
  if (captions.length !== images.count) {
    throw new DataError(
      `${captions.length} captions for ${images.count} images; one per image is needed, in their order`,
      images.source,
    );
  }
  return {
    ...images,
    annotations: { ...images.annotations, caption: captionAnnotation(captions) },
  };
}

async function judgedRun(
  reference: string,
  options: OpenRunOptions,
  sampling: Sampling = {},
  channels?: number,
): Promise<JudgedImages> {
  const run = await openRun(reference, options);
  const { model, record, step, data } = run;
  let drawn: Required<Sampling>;
  try {
    drawn = checkedSampling(model, sampling);
  } catch (error) {
    await run.close();
    throw error;
  }
  const { training, id } = model.definition;
  const settings = trainingOptions(record.training, training, id);
  const averaged = "ema" in settings && settings.ema > 0;
  return {
    name: reference,
    shape: { ...shapeOf(data), channels: channels ?? data.channels },
    available: null,
    trainedOn: data,
    run,
    facts: {
      model: record.model,
      step,
      weights: averaged ? "averaged" : "not averaged",
      ...describeSampling(drawn),
    },
    warnings: run.warnings,
    async *parts(drawing) {
      for await (const part of partsOfModel(model, reference, { ...drawing, sampling: drawn })) {
        yield convertChannels(part, channels ?? data.channels);
      }
    },
    close: run.close,
  };
}

/** How a model draws, for the protocol. */
function describeSampling({ temperature, options }: Required<Sampling>) {
  const settings = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return {
    ...(settings.length > 0 && { sampler: settings.join(" ") }),
    ...(temperature !== 1 && { temperature }),
  };
}

/** Samples of a model in consecutive parts. */
export async function* partsOfModel(
  model: LoadedModel,
  name: string,
  { count, seed, draw = false, quantise = true, condition, sampling, signal }: DrawOptions,
): AsyncGenerator<ImageSet> {
  const given = { ...sampling, ...(condition && { condition }), ...(signal && { signal }) };
  const place = { name, source: name, split: "generated", ...shapeOf(model.data) };
  let first = 0;
  for await (const images of sampleBatches(model, { count, seed, draw, ...given })) {
    const indices = Uint32Array.from({ length: images.count }, (_, at) => first + at);
    const part = arraySet(place, images.pixelsUnit);
    yield { ...(quantise ? inBytes(part) : part), origin: { split: "generated", indices } };
    first += images.count;
  }
}

/** A view of a set as image files hold it, with pixels in 256 levels. */
export function inBytes(set: ImageSet): ImageSet {
  if (set.levels !== undefined) return set;
  return mapPixels(set, { levels: 256 }, (_, pixelsUnit) => {
    pixelsUnit.forEach((value, at) => {
      pixelsUnit[at] = Math.round(Math.min(1, Math.max(0, value)) * 255) / 255;
    });
  });
}

/** Images of a set drawn without replacement, or the whole set where there are no more. */
export function drawnFrom(set: ImageSet, count: number, seed: number): ImageSet {
  if (count >= set.count) return set;
  const order = stream(seed, `evaluate/${set.split}`).permutation(set.count);
  return subset(set, order.subarray(0, count));
}

/** A set in consecutive parts. */
export function* partsOf(set: ImageSet): Generator<ImageSet> {
  for (let first = 0; first < set.count; first += PART) {
    const count = Math.min(PART, set.count - first);
    yield subset(
      set,
      Uint32Array.from({ length: count }, (_, at) => first + at),
    );
  }
}

const shapeOf = ({ channels, height, width }: ImageShape): ImageShape => ({
  channels,
  height,
  width,
});
