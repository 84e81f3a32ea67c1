import { ConfigError } from "../../core/errors.js";
import { parzenBandwidth, parzenLikelihood } from "../parzen.js";
import { standardInterval } from "../standard-interval.js";
import type { Comparison } from "./comparison.js";
import { pixelsOf } from "./pixels.js";

/** Windows to choose from, for pixels in [0, 1]. */
const BANDWIDTHS = Array.from({ length: 10 }, (_, at) => (at + 1) / 10);

export const parzen: Comparison = {
  description: "log-likelihood by Parzen windows on pixels, for comparison with early papers only",
  needs: ["spare", "pixels"],
  floor: "unseen",
  caution:
    "Parzen windows are neither near the true likelihood nor in its order: cluster centres of the training images beat the data itself",
  measure({ real, generated, spare }, { intervals }) {
    if (spare === undefined) throw new ConfigError("Parzen windows need spare real images");
    const centres = pixelsOf(generated);
    const bandwidth = parzenBandwidth(centres, pixelsOf(spare), BANDWIDTHS);
    const { value, standardError } = parzenLikelihood(centres, pixelsOf(real), bandwidth);
    const interval = intervals && { interval: standardInterval(value, standardError) };
    return [
      { figure: "Parzen log-likelihood", value, ...interval },
      { figure: "Parzen bandwidth", value: bandwidth },
    ];
  },
};
