import { stream } from "../runtime/random.js";
import { chosenFeatures, type Features } from "./features.js";
import { frechetDistance } from "./frechet-distance.js";
import { FeatureMoments, type Moments } from "./moments.js";
import { deviation } from "./standard-interval.js";

const GROUPS = 100;
const RESAMPLES = 100;
/** Features above which a resample takes seconds, and the groups' moments gigabytes. */
const MOST_FEATURES = 512;

/**
 * Bootstrap standard error of a Fréchet distance over the choice of generated images. Images are drawn again in random groups, whose moments are merged, so that a resample costs no
 * pass over the images. The bias of the distance, about 1 / count, is not in it.
 *
 * @returns  undefined for more than 512 features, or fewer than two images a group
 */
export function frechetStandardError(
  real: Moments,
  generated: Features,
  seed: number,
): number | undefined {
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
  return deviation(values);
}
