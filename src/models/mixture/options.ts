import { z } from "zod";

/** Configuration shared by all mixtures of Gaussians. */
export const gaussianOptions = {
  covariance: z
    .enum(["full", "tied", "diagonal", "spherical"])
    .default("full")
    .describe("full, one full for all components (tied), diagonal, or one variance per component"),
  reg: z
    .number()
    .min(0)
    .default(1e-3)
    .describe(
      "added to every variance, so that constant pixels have one; points in the plane need less: 1e-6",
    ),
  conditional: z.boolean().default(false).describe("learn p(image | class), for labelled images"),
  scores: z
    .enum(["marginal", "class"])
    .default("marginal")
    .describe("score p(image), or p(image | its class) (conditional only)"),
  dequantise: z
    .boolean()
    .default(false)
    .describe("score a bound on the probability of equally spaced pixel values, not a density"),
  tolerance: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("EM has converged when a pass gains less, in nats per image"),
};

export type GaussianOptions = z.output<z.ZodObject<typeof gaussianOptions>>;
export type CovarianceType = GaussianOptions["covariance"];
