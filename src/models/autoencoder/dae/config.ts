import { z } from "zod";
import { width } from "../../../core/config-schema.js";
import { corruptionKinds } from "../../../nn/index.js";
import { loss, networkOptions } from "../options.js";

export const daeConfig = z.strictObject({
  ...networkOptions,
  latent: width.default(64).describe("length of the code; may be longer than an image"),
  loss,
  corruption: z
    .enum(corruptionKinds)
    .default("gaussian")
    .describe("adds noise to pixels, sets them to 0, or sets them to 0 or 1"),
  level: z
    .number()
    .min(0)
    .default(0.5)
    .describe("standard deviation of gaussian noise, or the share of pixels that are replaced"),
  stacked: z
    .boolean()
    .default(false)
    .describe("trains layer by layer first, each to denoise what the one before it gives"),
  pretraining: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe("share of the training that goes layer by layer (stacked only)"),
  hiddenMasking: z
    .number()
    .min(0)
    .lt(1)
    .default(0.25)
    .describe("share of a hidden layer's values that pre-training sets to 0 (stacked only)"),
});

export type DaeConfig = z.output<typeof daeConfig>;
