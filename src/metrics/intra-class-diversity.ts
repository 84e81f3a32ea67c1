import { DataError } from "../core/errors.js";
import { type Features, requireComparable } from "./features.js";

/** Features of images, with the class of each. */
export interface ClassedFeatures {
  readonly features: Features;
  /** [count] whole numbers from 0: true classes, or those that a judge finds. */
  readonly classes: ArrayLike<number>;
}

export interface IntraClassDiversity {
  /**
   * How far apart two generated images of a class are, as a share of that distance of real ones: the mean
   * over classes, each with its share of the real images. 1 for the data itself.
   */
  readonly value: number;
  /**
   * The same by class: 0 where fewer than two generated images are of it. Classes of which the real images do
   * not say, as there are fewer than two or they do not differ, are left out.
   */
  readonly perClass: ReadonlyMap<number, number>;
}

/**
 * Diversity within classes, which a generator loses that draws one image of each. The distance of two images
 * is the root mean square of the distances of all pairs of their class, in features.
 *
 * It counts noise and bad draws as diverse: read it beside precision, or the share of images whose class is
 * the one asked for.
 *
 * @throws DataError when sets have features of different widths, classes are missing or no whole numbers
 *                   from 0, or no class has two real images that differ
 * @source after Odena, Olah & Shlens 2017, arXiv:1610.09585, section 4.2, which compares MS-SSIM in this way
 */
export function intraClassDiversity(
  real: ClassedFeatures,
  generated: ClassedFeatures,
): IntraClassDiversity {
  return intraClassDiversityTo(real)(generated);
}

/** {@link intraClassDiversity} to real images whose distances are taken once. */
export function intraClassDiversityTo(
  real: ClassedFeatures,
): (generated: ClassedFeatures) => IntraClassDiversity {
  const ofReal = distancesByClass(real);
  return (generated) => {
    requireComparable(real.features, generated.features, 1);
    return relativeDistances(ofReal, distancesByClass(generated));
  };
}

function relativeDistances(
  real: ReadonlyMap<number, ClassDistance>,
  drawn: ReadonlyMap<number, ClassDistance>,
): IntraClassDiversity {
  const perClass = new Map<number, number>();
  let [sum, weight] = [0, 0];
  for (const [which, { images, distance }] of real) {
    if (!(distance > 0)) continue;
    const share = (drawn.get(which)?.distance ?? 0) / distance;
    perClass.set(which, share);
    sum += images * share;
    weight += images;
  }
  if (weight === 0) throw new DataError("no class has two real images that differ");
  return { value: sum / weight, perClass };
}

interface ClassDistance {
  readonly images: number;
  /** 0 for a single image. */
  readonly distance: number;
}

/** Of n images the mean square over pairs is 2 / (n − 1) times the sum of squares about their mean. */
function distancesByClass({ features, classes }: ClassedFeatures): Map<number, ClassDistance> {
  const { count, width, values } = features;
  if (classes.length !== count) {
    throw new DataError(`${classes.length} classes do not fit ${count} images`);
  }
  const members = new Map<number, number[]>();
  for (let image = 0; image < count; image++) {
    const found = classes[image];
    if (!(Number.isSafeInteger(found) && found >= 0)) {
      throw new DataError(`image ${image} has the class ${found}; expected a whole number from 0`);
    }
    const others = members.get(found);
    if (others === undefined) members.set(found, [image]);
    else others.push(image);
  }
  const distanceOf = (images: readonly number[]): number => {
    if (images.length === 1) return 0;
    const mean = new Float64Array(width);
    for (const image of images) {
      for (let at = 0; at < width; at++) mean[at] += values[image * width + at] / images.length;
    }
    let squares = 0;
    for (const image of images) {
      for (let at = 0; at < width; at++) squares += (values[image * width + at] - mean[at]) ** 2;
    }
    return Math.sqrt((2 * squares) / (images.length - 1));
  };
  const sorted = [...members].sort(([a], [b]) => a - b);
  return new Map(
    sorted.map(([which, images]) => [
      which,
      { images: images.length, distance: distanceOf(images) },
    ]),
  );
}
