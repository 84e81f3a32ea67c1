import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import { requireWhole } from "../core/missing-pixels.js";
import { type Binarisation, binarise } from "../data/binarise.js";
import { formatImageShape, type ImageSet } from "../data/image-set.js";
import { resizeSet } from "../data/resize.js";
import type { Extractor } from "../metrics/extractors/extractor.js";
import { modelExtractor } from "../metrics/extractors/model-features.js";
import { pixelExtractor } from "../metrics/extractors/pixels.js";
import { randomExtractor } from "../metrics/extractors/random-features.js";
import type { FeatureBatch } from "../metrics/features.js";
import { openDevice } from "../runtime/device.js";
import { deviceOptionsIn } from "./device.js";
import { type OpenRunOptions, openRun } from "./open-run.js";
import { zooNames } from "./zoo.js";

/** An extractor ready to use, and how images are brought to it. */
export interface OpenExtractor {
  readonly extractor: Extractor;
  /** How grey becomes 0 or 1 before the extractor, as in its own training. */
  readonly binarisation: Binarisation;
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

const GREY_CLASSIFIER = "classifier-mnist";

/**
 * Opens an extractor for images of a shape.
 *
 * @param reference  `pixels`, `random`, or a run that encodes or classifies; by default the zoo's
 *                   classifier of MNIST for grey images of its size, else `pixels`
 * @param seed       draws the weights of `random`
 * @throws UnavailableError when a run neither encodes nor classifies
 * @throws DataError when it takes images of other channels
 */
export async function openExtractor(
  reference: string | undefined,
  shape: ImageShape,
  options: OpenRunOptions & { readonly seed?: number } = {},
): Promise<OpenExtractor> {
  const { seed = 0, ...opening } = options;
  const chosen = reference ?? defaultExtractor(shape);
  if (chosen === "pixels") {
    const warnings =
      reference === undefined
        ? [
            "the images are compared by raw pixels, which see little of what an image shows; choose a run that encodes or classifies with --extractor",
          ]
        : [];
    return plain(pixelExtractor(shape), warnings, async () => undefined);
  }
  if (chosen === "random") {
    const device = await openDevice(deviceOptionsIn(opening));
    try {
      const extractor = await randomExtractor(device, shape, seed);
      return plain(extractor, [], async () => {
        await extractor.release();
        await device.close();
      });
    } catch (error) {
      await device.close();
      throw error;
    }
  }
  const run = await openRun(chosen, opening);
  try {
    const extractor = await modelExtractor(chosen, run.model);
    if (extractor.shape.channels !== shape.channels) {
      throw new DataError(
        `the extractor ${chosen} takes images of ${formatImageShape(extractor.shape)}; these are ${formatImageShape(shape)}`,
      );
    }
    const { binarisation } = run.data;
    return { extractor, binarisation, warnings: run.warnings, close: run.close };
  } catch (error) {
    await run.close();
    throw error;
  }
}

function defaultExtractor({ channels, height, width }: ImageShape): string {
  const suits = channels === 1 && height === 28 && width === 28;
  return suits && zooNames().includes(GREY_CLASSIFIER) ? `zoo:${GREY_CLASSIFIER}` : "pixels";
}

const plain = (
  extractor: Extractor,
  warnings: readonly string[],
  close: () => Promise<void>,
): OpenExtractor => ({ extractor, binarisation: { mode: "none", seed: 0 }, warnings, close });

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

/** Images in the extractor's size (antialiased, stretched) and levels. */
function asExtractorTakes(
  set: ImageSet,
  { extractor, binarisation }: Pick<OpenExtractor, "extractor" | "binarisation">,
): ImageSet {
  const { height, width } = extractor.shape;
  return binarise(resizeSet(set, { height, width, fit: "fill" }), binarisation);
}
