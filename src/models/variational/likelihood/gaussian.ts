import { constantValue, normal } from "../../../nn/index.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import type { PixelFamily } from "./family.js";

/** The standard deviation that a learned one starts from. */
const FIRST_STD = 0.1;

/**
 * Real-valued pixels around their means, with one standard deviation for all.
 *
 * @param std  0 learns it, as a scalar log σ²
 * @source for the learned one Rybkin, Daniilidis & Levine 2021, arXiv:2006.13202, section 3.1
 */
export const gaussianPixels = (std: number): PixelFamily => ({
  outputs: 1,
  noise: "normal",
  distribution(scope, [means]) {
    const logVar =
      std > 0
        ? 2 * Math.log(std)
        : scope.parameter("logVar", [], constantValue(2 * Math.log(FIRST_STD)));
    const { logProb, mean, sample } = normal(means, logVar);
    return {
      logProb,
      centre: mean,
      draw: (noise, temperature) =>
        sample(temperature === undefined ? noise : mul(noise, temperature)),
    };
  },
});
