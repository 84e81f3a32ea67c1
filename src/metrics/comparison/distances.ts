import { cmmd } from "../cmmd.js";
import type { Features } from "../features.js";
import { frechetDistance } from "../frechet-distance.js";
import { frechetInfinity } from "../frechet-infinity.js";
import { frechetStandardError } from "../frechet-standard-error.js";
import { kernelDistance } from "../kernel-distance.js";
import { mind } from "../mind.js";
import { FeatureMoments } from "../moments.js";
import { deviation, standardInterval, subsetInterval } from "../standard-interval.js";
import type { Comparison } from "./comparison.js";

export const frechet: Comparison = {
  description: "Fréchet distance",
  needs: ["covariance"],
  floor: "unseen",
  measure({ real, generated }, { seed, intervals }) {
    const moments = momentsOf(real.features);
    const { value } = frechetDistance(moments, momentsOf(generated.features));
    const error = intervals ? frechetStandardError(moments, generated.features, seed) : undefined;
    const interval = error === undefined ? {} : { interval: standardInterval(value, error) };
    return [{ figure: "Fréchet distance", value, ...interval }];
  },
};

export const frechetUnbiased: Comparison = {
  description: "Fréchet distance extrapolated to infinitely many generated images",
  needs: ["covariance"],
  floor: "unseen",
  measure({ real, generated }, { seed, intervals }) {
    const moments = momentsOf(real.features);
    const found = frechetInfinity(moments, generated.features, { seed });
    const ofImages = intervals
      ? frechetStandardError(moments, generated.features, seed)
      : undefined;
    const interval = ofImages !== undefined && {
      interval: standardInterval(found.value, Math.hypot(ofImages, found.standardError)),
    };
    return [
      { figure: "FD∞", value: found.value, ...interval },
      { figure: "R² of its line", value: found.rSquared },
    ];
  },
};

export const kernel: Comparison = {
  description: "kernel distance",
  needs: [],
  floor: "unseen",
  measure({ real, generated }, { seed, intervals }) {
    const fewest = Math.min(real.features.count, generated.features.count);
    // Subsets of the whole sets would all be the same, and their spread nothing.
    const subsetSize = Math.min(1000, Math.floor(fewest / 2));
    const found = kernelDistance(real.features, generated.features, { seed, subsetSize });
    const { value, perSubset } = found;
    // The delete-d jackknife, as in subsetInterval.
    const error = deviation(perSubset) * Math.sqrt(subsetSize / (fewest - subsetSize));
    const interval = intervals && { interval: standardInterval(value, error) };
    return [{ figure: "kernel distance", value, ...interval }];
  },
};

export const maximumMeanDiscrepancy: Comparison = {
  description: "maximum mean discrepancy with a Gaussian kernel",
  needs: [],
  floor: "unseen",
  measure: ({ real, generated }, { seed, intervals }) => {
    const distance = (a: Features, b: Features) => cmmd(a, b).value;
    const value = distance(real.features, generated.features);
    const interval = intervals && {
      interval: subsetInterval(real.features, generated.features, value, distance, seed),
    };
    return [{ figure: "CMMD", value, ...interval }];
  },
};

/** Directions of the subsets, which share them. */
const DIRECTIONS = 256;

export const slicedWasserstein: Comparison = {
  description: "sliced Wasserstein distance",
  needs: [],
  floor: "unseen",
  measure({ real, generated }, { seed, intervals }) {
    const { value } = mind(real.features, generated.features, { seed });
    const distance = (a: Features, b: Features) =>
      mind(a, b, { seed, directions: DIRECTIONS }).value;
    const interval = intervals && {
      interval: subsetInterval(real.features, generated.features, value, distance, seed),
    };
    return [{ figure: "MIND", value, ...interval }];
  },
};

function momentsOf({ width, values }: Features) {
  const moments = new FeatureMoments(width);
  moments.add({ first: 0, values });
  return moments.result();
}
