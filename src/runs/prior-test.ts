import { posteriorCodes, priorCodes } from "../core/capabilities/prior.js";
import type { LoadedModel, WorkOptions } from "../core/loaded-model.js";
import { type ImageSet, subset } from "../data/image-set.js";
import type { Features } from "../metrics/features.js";
import {
  type TwoSampleTest,
  type TwoSampleTestOptions,
  twoSampleTest,
} from "../metrics/two-sample-test.js";
import { stream } from "../runtime/random.js";

export interface PriorTestOptions extends WorkOptions, TwoSampleTestOptions {
  /**
   * Images, drawn by the seed: the first of a set may be of other writers than the rest. All by default, and
   * where there are fewer.
   */
  readonly count?: number;
}

/** Codes of images and as many of a model's prior, and whether they can be told apart. */
export interface PriorTest {
  /** Those of the images whose codes were compared. */
  readonly images: ImageSet;
  readonly ofImages: Features;
  readonly ofPrior: Features;
  /** Whether the prior is drawn by class; each of its codes then has the class of an image. */
  readonly byClass: boolean;
  readonly test: TwoSampleTest;
}

/**
 * Compares the codes of images with codes that samples decode.
 *
 * @throws UnavailableError when the model has no prior of codes
 * @throws DataError when an image lacks pixels
 */
export async function priorTest(
  model: LoadedModel,
  source: ImageSet,
  { permutations, seed = 0, count = source.count, ...work }: PriorTestOptions = {},
): Promise<PriorTest> {
  const images =
    count < source.count
      ? subset(source, stream(seed, "prior/images").permutation(source.count).subarray(0, count))
      : source;
  const known = images.annotations?.class;
  const byClass = known !== undefined && model.model.conditionedOn?.includes("class") === true;
  const [ofImages, ofPrior] = [
    await posteriorCodes(model, images, { ...work, seed }),
    await priorCodes(model, {
      ...work,
      count: images.count,
      // Noise of its own: a posterior and a prior may draw noise of one name.
      seed: seed + 1,
      // The classes are as frequent in both sets.
      ...(byClass && {
        condition: { class: Array.from(known.values, (label) => known.names[label]) },
      }),
    }),
  ].map(({ count, length, values }) => ({
    count,
    width: length,
    values: Float64Array.from(values),
  }));
  const test = twoSampleTest(ofImages, ofPrior, { seed, ...(permutations && { permutations }) });
  return { images, ofImages, ofPrior, byClass, test };
}
