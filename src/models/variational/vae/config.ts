import { z } from "zod";
import { width, widths } from "../../../core/config-schema.js";
import { activationNames } from "../../../nn/index.js";
import { conditional } from "../../conditional.js";

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
  likelihood: z
    .enum(["bernoulli", "gaussian"])
    .default("bernoulli")
    .describe("distribution of a pixel given the code"),
  std: z
    .number()
    .min(0)
    .default(0.1)
    .describe("standard deviation of the gaussian likelihood; 0 learns one"),
  beta: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of the KL term; 1 is the evidence lower bound"),
  warmup: z.int().min(0).default(0).describe("steps over which beta rises from 0"),
  conditional,
});

export type VaeConfig = z.output<typeof vaeConfig>;
