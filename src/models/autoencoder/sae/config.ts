import { z } from "zod";
import { width, widths } from "../../../core/config-schema.js";
import { activationNames } from "../../../nn/index.js";
import { loss } from "../options.js";

export const saeConfig = z.strictObject({
  hidden: widths
    .default([])
    .describe("widths of the dense layers before the code, which the decoder mirrors"),
  latent: width.default(256).describe("number of units of the code"),
  activation: z.enum(activationNames).default("relu").describe("activation between layers"),
  loss,
  sparsity: z
    .enum(["kl", "l1", "top-k"])
    .default("kl")
    .describe(
      "keeps each unit's mean activation near the target, or penalises the sum of all activations, or keeps the k largest of an image",
    ),
  target: z.number().gt(0).lt(1).default(0.05).describe("mean activation of a unit (kl only)"),
  k: width.default(13).describe("units of an image that are kept (top-k only)"),
  klWeight: z.number().min(0).default(5).describe("weight of the penalty (kl only)"),
  l1Weight: z.number().min(0).default(0.05).describe("weight of the penalty (l1 only)"),
});

export type SaeConfig = z.output<typeof saeConfig>;
