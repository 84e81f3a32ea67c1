import type { Images } from "../../core/images.js";
import { arraySet, type ImageSet } from "../../data/image-set.js";
import { frechetDistance } from "../../metrics/frechet-distance.js";
import { FeatureMoments, type Moments } from "../../metrics/moments.js";
import { type ExtractorOptions, openExtractor, overParts } from "../open-extractor.js";

/** Fréchet distances to real images that no patch is of. */
export interface FrechetToReal {
  readonly value: number;
  /** That of the real images that the patches were cut from. */
  readonly floor: number;
  readonly extractor: string;
  /** Real images that are compared with. */
  readonly others: number;
  readonly warnings: readonly string[];
}

/**
 * Compares wholes, and the images that they were assembled from, with other real images.
 *
 * @param originals  as many as wholes
 * @param extractor  as of `openExtractor`
 * @throws DataError, UnavailableError as `openExtractor` does
 */
export async function frechetToReal(
  wholes: Images,
  originals: ImageSet,
  others: ImageSet,
  extractor: string | undefined,
  options: ExtractorOptions = {},
): Promise<FrechetToReal> {
  const through = await openExtractor(extractor, others, options);
  try {
    const momentsOf = async (set: ImageSet): Promise<Moments> => {
      const moments = new FeatureMoments(through.extractor.length);
      for await (const { batch } of overParts([set], through)) moments.add(batch);
      return moments.result();
    };
    const { channels, height, width, pixelsUnit } = wholes;
    const info = { name: "wholes", source: "wholes", split: "all", channels, height, width };
    const real = await momentsOf(others);
    const distanceOf = async (set: ImageSet) => frechetDistance(real, await momentsOf(set)).value;
    return {
      value: await distanceOf(arraySet(info, pixelsUnit)),
      floor: await distanceOf(originals),
      extractor: through.extractor.name,
      others: others.count,
      warnings: through.warnings,
    };
  } finally {
    await through.close();
  }
}
