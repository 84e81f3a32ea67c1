import { z } from "zod";
import { width, widths } from "../../../core/config-schema.js";
import { loss, networkOptions } from "../../autoencoder/options.js";
import { priorNames } from "./priors/index.js";

export const aaeConfig = z.strictObject({
  ...networkOptions,
  hidden: widths
    .default([128])
    .describe("widths of the dense layers before the code, which the decoder mirrors"),
  latent: width
    .default(2)
    .describe("length of the code; 2 for the prior ring or swiss-roll and for pictures"),
  loss,
  prior: z
    .enum(priorNames)
    .default("normal")
    .describe(
      "distribution that codes are fitted to: standard normal, ten Gaussians in a ring, a swiss roll, or uniform on [-1, 1]",
    ),
  regions: z
    .boolean()
    .default(false)
    .describe(
      "give each class of labelled images a region of the prior, and draw images of a class",
    ),
  posteriorStd: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "standard deviation of q(z | x), a Gaussian around the encoder's output; with 0 the code is that output",
    ),
  regulariser: z
    .enum(["adversarial", "mmd"])
    .default("adversarial")
    .describe(
      "what fits the codes to the prior: a discriminator, or the maximum mean discrepancy of a Wasserstein autoencoder",
    ),
  weight: z
    .number()
    .min(0)
    .default(10)
    .describe("weight of the fit to the prior beside the reconstruction (λ)"),
  critic: widths
    .default([128, 128])
    .describe("widths of the discriminator's layers (adversarial only)"),
  penalty: z
    .number()
    .min(0)
    .default(0.1)
    .describe("weight of R1, the penalty on the discriminator's gradient (adversarial only)"),
});

export type AaeConfig = z.output<typeof aaeConfig>;
