import { z } from "zod";
import { countUpTo, width, widths } from "../../../core/config-schema.js";
import { activationNames } from "../../../nn/index.js";
import { conditional } from "../../conditional.js";
import { priorComponents } from "../../mixture/prior-of-codes.js";
import { likelihoodOptions } from "../likelihood/index.js";

export const vaeConfig = z.strictObject({
  architecture: z
    .enum(["mlp", "conv"])
    .default("mlp")
    .describe("dense layers, or strided convolutions"),
  hidden: widths
    .default([400])
    .describe("widths of the encoder's dense layers, which the decoder mirrors"),
  channels: widths
    .min(1)
    .default([32, 64])
    .describe("channels of the convolutions, each of which halves the image (conv only)"),
  latent: width.default(20).describe("length of the code"),
  activation: z
    .enum([...activationNames, "gated"])
    .default("relu")
    .describe("activation between layers; gated is h·σ(g)"),
  ...likelihoodOptions,
  prior: z
    .enum(["normal", "gmm"])
    .default("normal")
    .describe(
      "distribution of codes: standard normal, or a mixture of Gaussians that is fitted to codes of the training images when training ends",
    ),
  components: priorComponents,
  beta: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of the KL term; 1 is the evidence lower bound"),
  warmup: z.int().min(0).default(0).describe("steps over which beta rises from 0"),
  freeBits: z
    .number()
    .min(0)
    .default(0)
    .describe("nats that each number of the code carries before the KL term counts them"),
  importance: countUpTo(1000)
    .default(1)
    .describe(
      "codes an image that the objective weighs by importance; 1 is the evidence lower bound",
    ),
  conditional,
});

export type VaeConfig = z.output<typeof vaeConfig>;
