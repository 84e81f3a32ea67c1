import { z } from "zod";
import { countUpTo, width, widths } from "../../../core/config-schema.js";
import { imageOutput } from "../game/image-output.js";
import { gameSettings } from "../game/settings.js";
import { objectiveNames } from "../objectives/index.js";

export const textGanConfig = z.strictObject({
  latent: width.default(64).describe("length of the generator's noise"),
  text: width.default(64).describe("length of a caption's embedding"),
  blocks: countUpTo(24, 0)
    .default(1)
    .describe("transformer blocks over the words of a caption; without any, their order is lost"),
  heads: countUpTo(64).default(4).describe("heads of attention, which must divide text"),
  condition: width.default(32).describe("length of what the generator is told of a caption"),
  conditioning: z
    .number()
    .min(0)
    .default(0)
    .describe("conditioning augmentation: weight of KL(condition ‖ N(0, I)); 0 for no noise"),
  channels: widths
    .min(1)
    .default([64, 64, 32, 16])
    .describe("channels of the generator: at the smallest size, then after each doubling"),
  discriminator: widths
    .min(1)
    .default([16, 32, 64, 64])
    .describe("channels of the discriminator: at full size, then after each halving"),
  output: imageOutput,
  objective: z.enum(objectiveNames).default("relativistic").describe("what the players minimise"),
  penalty: z
    .enum(["none", "matching-aware", "r1"])
    .default("r1")
    .describe("where D's gradient is penalised: at real images with their captions, or at images"),
  penaltyWeight: z.number().positive().default(0.05).describe("k of matching-aware, γ of r1"),
  matching: z
    .number()
    .min(0)
    .default(1)
    .describe(
      "weight of finding an image's caption among those of the batch, as real or as drawn, for both players",
    ),
  near: countUpTo(16, 0)
    .default(3)
    .describe(
      "captions with one word exchanged, for each image, that matching and wrong pairs add; 0 for those of the batch alone",
    ),
  augment: gameSettings.augment,
});

export type TextGanConfig = z.output<typeof textGanConfig>;
