import { z } from "zod";
import { width, widths } from "../../../core/config-schema.js";
import { activationNames } from "../../../nn/index.js";
import { conditional } from "../../conditional.js";
import { imageOutput } from "../game/image-output.js";
import { gameSettings } from "../game/settings.js";

export const ganConfig = z.strictObject({
  latent: width.default(64).describe("length of the generator's noise"),
  generator: widths.default([256, 256]).describe("widths of the generator's hidden layers"),
  discriminator: widths.default([256, 256]).describe("widths of the discriminator's hidden layers"),
  activation: z.enum(activationNames).default("leakyRelu").describe("between layers, of both"),
  output: imageOutput,
  spectral: z
    .boolean()
    .default(false)
    .describe("divides each weight of the discriminator by its largest singular value"),
  ...gameSettings,
  conditional,
});

export type GanConfig = z.output<typeof ganConfig>;
