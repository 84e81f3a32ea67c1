import { msSsimDiversity } from "../ms-ssim/diversity.js";
import { standardInterval } from "../standard-interval.js";
import type { Comparison } from "./comparison.js";
import { pixelsOf } from "./pixels.js";

export const diversity: Comparison = {
  description: "MS-SSIM of pairs of generated images: the lower, the more diverse",
  needs: ["pixels"],
  floor: "real",
  measure({ generated, shape }, { seed, intervals }) {
    const found = msSsimDiversity(pixelsOf(generated), shape, { seed });
    const { value, standardError } = found;
    const interval = intervals && { interval: standardInterval(value, standardError) };
    return [{ figure: "MS-SSIM", value, ...interval }];
  },
};
