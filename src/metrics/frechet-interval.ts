import { stream } from "../runtime/random.js";
import { chosenFeatures, type Features } from "./features.js";
import { frechetDistance } from "./frechet-distance.js";
import type { Interval } from "./interval.js";
import { FeatureMoments, type Moments } from "./moments.js";
import { deviation, standardInterval } from "./standard-interval.js";

const GROUPS = 100;
const RESAMPLES = 100;
/** Features above which a resample takes seconds, and the groups' moments gigabytes. */
const MOST_FEATURES = 512;

/**
 * Bootstrap interval of a Fréchet distance over the choice of generated images: value ± 1.96 standard
 * errors. Images are drawn again in random groups, whose moments are merged, so that a resample costs no
 * pass over the images. The bias of the distance, about 1 / count, is in the value and not in the interval.
 *
 * @returns  undefined for more than 512 features, or fewer than two images a group
 */
export function frechetInterval(
  real: Moments,
  generated: Features,
  value: number,
  seed: number,
): Interval | undefined {
  const { width, count } = generated;
  const size = Math.floor(count / GROUPS);
  if (width > MOST_FEATURES || size < 2) return undefined;
  const order = stream(seed, "metrics/frechet-groups").permutation(count);
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const end = group === GROUPS - 1 ? count : (group + 1) * size;
    const moments = new FeatureMoments(width);
    const { values } = chosenFeatures(generated, order.subarray(group * size, end));
    moments.add({ first: 0, values });
    return moments;
  });
  const drawn = new Uint32Array(GROUPS);
  const values = Array.from({ length: RESAMPLES }, (_, resample) => {
    stream(seed, "metrics/frechet-bootstrap", resample).integers(drawn, GROUPS);
    const moments = new FeatureMoments(width);
    for (const group of drawn) moments.merge(groups[group]);
    return frechetDistance(real, moments.result()).value;
  });
  return standardInterval(value, deviation(values));
}
