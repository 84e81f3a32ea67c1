import { z } from "zod";

/** Configuration that every mixture of Gaussians shares. */
export const gaussianOptions = {
  covariance: z
    .enum(["full", "tied", "diagonal", "spherical"])
    .default("full")
    .describe("full, one full for all components (tied), diagonal, or one variance a component"),
  reg: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("added to every variance, so that pixels that never change have one"),
  conditional: z.boolean().default(false).describe("learn p(image | label), for labelled images"),
  scores: z
    .enum(["marginal", "class"])
    .default("marginal")
    .describe("score p(image), or p(image | its label) (conditional only)"),
  dequantise: z
    .boolean()
    .default(false)
    .describe("bound the probability of pixels of equally spaced values, instead of a density"),
  tolerance: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("EM has converged when a pass gains less, in nats an image"),
};

export type GaussianOptions = z.output<z.ZodObject<typeof gaussianOptions>>;
export type CovarianceType = GaussianOptions["covariance"];
