import { ConfigError } from "../core/errors.js";
import { type Accumulator, Measured } from "./accumulator.js";
import { type FeatureBatch, FeatureSet, type Features, requireComparable } from "./features.js";
import { squaredRadii } from "./nearest.js";
import { eachDistanceBetween } from "./pairs.js";

export interface PrecisionRecall {
  /** Share of generated images that lie in the real manifold: how many look real. In [0, 1]. */
  readonly precision: number;
  /** Share of real images that lie in the generated manifold: how much of the data is reached. In [0, 1]. */
  readonly recall: number;
  /** Real balls that a generated image lies in, over k. From 0; about 1 for the data itself. */
  readonly density: number;
  /** Share of real balls that hold a generated image. In [0, 1]; 1 − 2⁻ᵏ or so for the data itself. */
  readonly coverage: number;
  readonly k: number;
}

/**
 * Precision, recall, density and coverage. A set's manifold is the union of a ball around each of its
 * images that reaches to the k-th nearest other image of the set; a point on its surface is outside.
 *
 * Precision and recall move with outliers, whose balls are huge; density and coverage rest on real balls
 * only and do not. All depend on the numbers of images and on k: compare equal ones only. Two halves of
 * the real set say what the data itself reaches.
 *
 * @param k  neighbours; 5 is what the paper of density and coverage has, 3 that of precision and recall
 * @throws ConfigError when k is not a whole number from 1
 * @throws DataError when the widths differ or a set has k images or fewer
 * @source Kynkäänniemi et al. 2019, arXiv:1904.06991, equations 1 and 2, with < for ≤; Naeem et al. 2020,
 *         arXiv:2002.09797, equations 4 and 5
 */
export const precisionRecall = (real: Features, fake: Features, k = 5): PrecisionRecall =>
  precisionRecallOf(manifoldMembership(real, fake, k));

/** Which images lie in the manifold of the other set. */
export interface ManifoldMembership {
  /** [fake] 1 where a generated image lies in the real manifold, else 0. */
  readonly precise: Uint8Array;
  /** [real] 1 where a real image lies in the generated manifold. */
  readonly recalled: Uint8Array;
  /** [real] 1 where a real image's ball holds a generated image. */
  readonly covered: Uint8Array;
  /** [fake] real balls that a generated image lies in. */
  readonly balls: Uint32Array;
  readonly k: number;
}

/**
 * The images that {@link precisionRecall} counts, one by one.
 *
 * @throws ConfigError, DataError as it does
 */
export function manifoldMembership(real: Features, fake: Features, k = 5): ManifoldMembership {
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new ConfigError(`neighbours must be a whole number from 1, not ${k}`);
  }
  requireComparable(real, fake, k + 1);
  const realRadii = squaredRadii(real, k);
  const fakeRadii = squaredRadii(fake, k);
  const precise = new Uint8Array(fake.count);
  const recalled = new Uint8Array(real.count);
  const covered = new Uint8Array(real.count);
  const balls = new Uint32Array(fake.count);
  eachDistanceBetween(real, fake, (squared, i, j) => {
    if (squared < realRadii[i]) {
      precise[j] = 1;
      covered[i] = 1;
      balls[j]++;
    }
    if (squared < fakeRadii[j]) recalled[i] = 1;
  });
  return { precise, recalled, covered, balls, k };
}

export const precisionRecallOf = ({
  precise,
  recalled,
  covered,
  balls,
  k,
}: ManifoldMembership): PrecisionRecall => ({
  precision: share(precise),
  recall: share(recalled),
  density: share(balls) / k,
  coverage: share(covered),
  k,
});

/** Gathers generated images against the features of the real ones; see {@link precisionRecall}. */
export const precisionRecallTo = (
  real: Features,
  k?: number,
): Accumulator<FeatureBatch, PrecisionRecall> =>
  new Measured(new FeatureSet(real.width), (fake) => precisionRecall(real, fake, k));

function share(counts: Uint8Array | Uint32Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum / counts.length;
}
