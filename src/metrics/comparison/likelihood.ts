import { ConfigError } from "../../core/errors.js";
import { meanInterval } from "../standard-interval.js";
import type { Comparison, Figure } from "./comparison.js";

export const likelihood: Comparison = {
  description: "negative log-likelihood of the real images by the run, with its kind",
  needs: ["likelihood"],
  floor: "none",
  measure({ likelihood: scored }, { seed, intervals }): readonly Figure[] {
    if (scored === undefined) throw new ConfigError("a likelihood needs a model with a density");
    const { perImage, kind, bitsPerDim } = scored;
    const value = perImage.reduce((sum, nats) => sum + nats, 0) / perImage.length;
    if (!intervals || !Number.isFinite(value)) {
      return [
        { figure: "NLL, nats", value, kind },
        { figure: "bits/dim", value: bitsPerDim, kind },
      ];
    }
    const interval = meanInterval(perImage, seed);
    const scale = bitsPerDim / value;
    const [low, high] = [interval.low * scale, interval.high * scale].sort((a, b) => a - b);
    return [
      { figure: "NLL, nats", value, kind, interval },
      { figure: "bits/dim", value: bitsPerDim, kind, interval: { ...interval, low, high } },
    ];
  },
};
