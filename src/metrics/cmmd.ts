import { ConfigError } from "../core/errors.js";
import { type Accumulator, Measured } from "./accumulator.js";
import { type FeatureBatch, FeatureSet, type Features, requireComparable } from "./features.js";
import { eachDistanceBetween, eachDistanceWithin } from "./pairs.js";

export interface Cmmd {
  /** 1,000 times the squared discrepancy. From 0, at most 2,000. */
  readonly value: number;
  readonly bandwidth: number;
}

/**
 * Squared maximum mean discrepancy with a Gaussian kernel exp(−‖x − y‖² / 2σ²), times 1,000. With the
 * features of CLIP it is the CMMD.
 *
 * The estimate is the one of least variance, which counts each image against itself: it is biased upwards
 * by at most 1,000 · (1 / real + 1 / fake), and two halves of the real set do not have 0. A bandwidth far
 * below the distances between images sees only copies, one far above only the means.
 *
 * @param bandwidth  σ, in units of the features; 10 is the paper's, for embeddings of CLIP
 * @throws ConfigError when the bandwidth is not positive
 * @throws DataError when the widths differ or a set is empty
 * @source Jayasumana et al. 2024, arXiv:2401.09603, equation 4 and section 4; Gretton et al. 2012, "A kernel
 *         two-sample test", equation 5
 */
export function cmmd(real: Features, fake: Features, bandwidth = 10): Cmmd {
  if (!(bandwidth > 0 && Number.isFinite(bandwidth))) {
    throw new ConfigError(`a bandwidth must be positive, not ${bandwidth}`);
  }
  requireComparable(real, fake, 1);
  const scale = -1 / (2 * bandwidth ** 2);
  const sum = (visitAll: (visit: (squared: number) => void) => void) => {
    let total = 0;
    visitAll((squared) => {
      total += Math.exp(scale * squared);
    });
    return total;
  };
  const within = [real, fake].map(
    (set) => (2 * sum((visit) => eachDistanceWithin(set, visit)) + set.count) / set.count ** 2,
  );
  const between =
    sum((visit) => eachDistanceBetween(real, fake, visit)) / (real.count * fake.count);
  const value = within[0] + within[1] - 2 * between;
  return { value: 1000 * Math.max(0, value), bandwidth };
}

/** Gathers generated images against the features of the real ones; see {@link cmmd}. */
export const cmmdTo = (real: Features, bandwidth?: number): Accumulator<FeatureBatch, Cmmd> =>
  new Measured(new FeatureSet(real.width), (fake) => cmmd(real, fake, bandwidth));
