import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";

export const bernoulliMixtureConfig = z.strictObject({
  components: width.default(100).describe("Bernoulli distributions, each of whole images"),
  smoothing: z
    .number()
    .positive()
    .default(0.1)
    .describe("images of either value that each component is given for each pixel beforehand"),
  tolerance: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("EM has converged when a pass gains less, in nats an image"),
  restarts: countUpTo(10_000).default(1).describe("starts to try; the one that fits best is kept"),
});

export type BernoulliMixtureConfig = z.output<typeof bernoulliMixtureConfig>;
