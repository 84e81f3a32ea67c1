import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import { requireWhole } from "../core/missing-pixels.js";
import { type Binarisation, binarise } from "../data/binarise.js";
import { convertChannels } from "../data/channels.js";
import { formatImageShape, type ImageSet } from "../data/image-set.js";
import type { CacheOptions } from "../data/named-dataset.js";
import { resizeSet } from "../data/resize.js";
import { channelsExtractor } from "../metrics/extractors/channels.js";
import type { Extractor } from "../metrics/extractors/extractor.js";
import { modelExtractor } from "../metrics/extractors/model-features.js";
import { nsfwExtractor, nsfwNetworks } from "../metrics/extractors/nsfw/nsfw-features.js";
import { onnxExtractor } from "../metrics/extractors/onnx-features.js";
import { pixelExtractor } from "../metrics/extractors/pixels.js";
import { randomExtractor } from "../metrics/extractors/random-features.js";
import type { FeatureBatch } from "../metrics/features.js";
import { openDevice } from "../runtime/device.js";
import type { Device, DeviceOptions } from "../runtime/program.js";
import { defaultExtractor } from "./default-extractor.js";
import { deviceOptionsIn } from "./device.js";
import { isNetworkFile, readNetwork } from "./extractor-file.js";
import { type OpenRunOptions, openRun } from "./open-run.js";

/** An extractor ready to use, and how images are brought to it. */
export interface OpenExtractor {
  readonly extractor: Extractor;
  /** How grey becomes 0 or 1 before the extractor, as in its own training. */
  readonly binarisation: Binarisation;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** Extractors by name, besides runs and files. */
type Opener = (shape: ImageShape, options: ExtractorOptions) => Promise<OpenExtractor>;

const named: Readonly<Record<string, Opener>> = {
  pixels: async (shape) => plain(pixelExtractor(shape), async () => undefined),
  random: (shape, { seed = 0, ...options }) =>
    onDevice(options, (device) => randomExtractor(device, shape, seed)),
  ...Object.fromEntries(
    Object.keys(nsfwNetworks).map((name): [string, Opener] => [
      name,
      (_, { load, ...options }) => onDevice(options, (device) => nsfwExtractor(device, name, load)),
    ]),
  ),
};

/** Before an extractor of grey images that judges each channel of others. */
const CHANNELS = "channels:";

/** Extractors that are no runs or files. */
export const namedExtractors = Object.keys(named);

export interface ExtractorOptions extends OpenRunOptions {
  /** Draws the weights of `random`. */
  readonly seed?: number;
  /** Where extractors that are fetched are kept, and how that reports. */
  readonly load?: CacheOptions;
}

/**
 * Opens an extractor for images such as the real ones.
 *
 * @param reference  `pixels`, `random`, `nsfw-mobilenet`, `nsfw-inception`, an `.onnx` file, or a run that
 *                   encodes or classifies; after `channels:`, one of grey images that judges each channel;
 *                   {@link defaultExtractor} by default
 * @throws UnavailableError when a run neither encodes nor classifies, or a package cannot be fetched
 * @throws DataError when it takes images of other channels, or a file is malformed
 */
export async function openExtractor(
  reference: string | undefined,
  real: ImageSet,
  options: ExtractorOptions = {},
): Promise<OpenExtractor> {
  const chosen =
    reference === undefined ? await defaultExtractor(real) : { reference, warnings: [] };
  const opened = await opening(chosen.reference, real, options);
  try {
    requireChannels(opened.extractor, real);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return { ...opened, warnings: [...chosen.warnings, ...opened.warnings] };
}

function opening(
  reference: string,
  shape: ImageShape,
  options: ExtractorOptions,
): Promise<OpenExtractor> {
  if (Object.hasOwn(named, reference)) return named[reference](shape, options);
  if (reference.startsWith(CHANNELS)) return ofChannels(reference, shape, options);
  if (isNetworkFile(reference)) {
    return onDevice(options, async (device) =>
      onnxExtractor(device, await readNetwork(reference), shape),
    );
  }
  return ofRun(reference, options);
}

async function ofChannels(
  reference: string,
  shape: ImageShape,
  options: ExtractorOptions,
): Promise<OpenExtractor> {
  const grey = await opening(reference.slice(CHANNELS.length), { ...shape, channels: 1 }, options);
  try {
    return { ...grey, extractor: channelsExtractor(grey.extractor, shape.channels) };
  } catch (error) {
    await grey.close();
    throw error;
  }
}

async function ofRun(reference: string, options: OpenRunOptions): Promise<OpenExtractor> {
  const run = await openRun(reference, options);
  try {
    const extractor = await modelExtractor(reference, run.model);
    const { binarisation } = run.data;
    return { extractor, binarisation, warnings: run.warnings, close: run.close };
  } catch (error) {
    await run.close();
    throw error;
  }
}

/** Makes an extractor on a device of its own. */
async function onDevice(
  options: DeviceOptions,
  make: (device: Device) => Promise<Extractor & { release(): Promise<void> }>,
): Promise<OpenExtractor> {
  const device = await openDevice(deviceOptionsIn(options));
  try {
    const extractor = await make(device);
    return plain(extractor, async () => {
      await extractor.release();
      await device.close();
    });
  } catch (error) {
    await device.close();
    throw error;
  }
}

const plain = (extractor: Extractor, close: () => Promise<void>): OpenExtractor => ({
  extractor,
  binarisation: { mode: "none", seed: 0 },
  warnings: [],
  close,
});

/** Grey images suit an extractor of colour; colour would lose by becoming grey. */
function requireChannels({ name, shape }: Extractor, real: ImageShape): void {
  if (shape.channels === real.channels || (shape.channels === 3 && real.channels === 1)) return;
  throw new DataError(
    `the extractor ${name} takes images of ${formatImageShape(shape)}; these are ${formatImageShape(real)}`,
  );
}

/** A part of a set, as the extractor takes it. */
interface DescribedPart {
  /** Features of some of its images, with their positions within the whole set. */
  readonly batch: FeatureBatch;
  /** Images of the set described so far. */
  readonly done: number;
}

/**
 * Features of the consecutive parts of a set.
 *
 * @param visit  receives each part in the size and levels that the extractor takes
 * @throws DataError when an image lacks pixels
 */
export async function* overParts(
  parts: AsyncIterable<ImageSet> | Iterable<ImageSet>,
  through: Pick<OpenExtractor, "extractor" | "binarisation">,
  visit?: (taken: ImageSet, first: number) => Promise<void>,
): AsyncGenerator<DescribedPart> {
  let before = 0;
  for await (const part of parts) {
    requireWhole(part, "show", "they cannot be compared");
    const taken = asExtractorTakes(part, through);
    await visit?.(taken, before);
    for await (const { first, values } of through.extractor.features(taken)) {
      const done = before + first + values.length / through.extractor.length;
      yield { batch: { first: before + first, values }, done };
    }
    before += part.count;
  }
}

/** Images in the extractor's channels, size (antialiased, stretched) and levels. */
function asExtractorTakes(
  set: ImageSet,
  { extractor, binarisation }: Pick<OpenExtractor, "extractor" | "binarisation">,
): ImageSet {
  const { channels, height, width } = extractor.shape;
  const { filter, rounded } = resizingOf(extractor);
  const { levels: _, ...unrounded } = set;
  const sized = resizeSet(rounded ? set : unrounded, { height, width, fit: "fill" }, filter);
  return binarise(convertChannels(sized, channels), binarisation);
}

const resizingOf = ({ resizing = { filter: "triangle", rounded: true } }: Extractor) => resizing;

/** How images of some shapes come to an extractor, for results. */
export function describeResizing(extractor: Extractor, shapes: readonly ImageShape[]): string {
  const own = sizeOf(extractor.shape);
  const sizes = [...new Set(shapes.map(sizeOf))];
  const { filter, rounded } = resizingOf(extractor);
  if (sizes.every((size) => size === own)) return "none";
  return `${sizes.join(" and ")} to ${own}, ${filter} filter, antialiased, stretched${rounded ? "" : ", not rounded"}`;
}

const sizeOf = ({ height, width }: ImageShape) => `${height}×${width}`;
