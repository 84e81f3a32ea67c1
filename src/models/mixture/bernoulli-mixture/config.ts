import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";

export const bernoulliMixtureConfig = z.strictObject({
  components: width
    .default(100)
    .describe("components, each a product of Bernoullis over all pixels"),
  smoothing: z
    .number()
    .positive()
    .default(0.1)
    .describe("pseudo-count of each value of a pixel, in every component"),
  tolerance: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("EM has converged when a pass gains less, in nats per image"),
  restarts: countUpTo(10_000)
    .default(1)
    .describe("number of starts, of which the best fit is kept"),
});

export type BernoulliMixtureConfig = z.output<typeof bernoulliMixtureConfig>;
