import { ConfigError } from "../../core/errors.js";
import { meanInterval } from "../standard-interval.js";
import type { Comparison, Figure } from "./comparison.js";

export const likelihood: Comparison = {
  description: "negative log-likelihood of the real images by the run, with its kind",
  needs: ["likelihood"],
  floor: "none",
  measure({ likelihood: scored }, { seed, intervals }): readonly Figure[] {
    if (scored === undefined) throw new ConfigError("a likelihood needs a model with a density");
    const { perImage, kind, rate } = scored;
    // Likelihoods of tokens and of pixels do not compare.
    const figure = rate.unit === "nats/token" ? "NLL of tokens, nats" : "NLL, nats";
    const value = perImage.reduce((sum, nats) => sum + nats, 0) / perImage.length;
    if (!intervals || !Number.isFinite(value)) {
      return [
        { figure, value, kind },
        { figure: rate.unit, value: rate.value, kind },
      ];
    }
    const interval = meanInterval(perImage, seed);
    const [low, high] = [interval.low, interval.high].map((nats) => nats / rate.divisor);
    return [
      { figure, value, kind, interval },
      { figure: rate.unit, value: rate.value, kind, interval: { ...interval, low, high } },
    ];
  },
};
