import { z } from "zod";
import { countUpTo, width, widths } from "../../../core/config-schema.js";
import { objectiveNames } from "../objectives/index.js";

export const puzzleGanConfig = z.strictObject({
  patches: countUpTo(64).default(3).describe("key patches of an image"),
  side: countUpTo(4096, 0)
    .default(0)
    .describe("height and width of a key patch; 0 for two sevenths of the image's shorter side"),
  grid: countUpTo(16, 0)
    .default(0)
    .describe("cuts images into grid × grid pieces, a puzzle, in place of key patches; 0 for none"),
  erosion: countUpTo(4096, 0)
    .default(1)
    .describe("pixels that each edge of a piece of the grid has lost"),
  embedding: width.default(128).describe("length of the embedding of a patch, and of their sum"),
  part: widths
    .min(1)
    .default([16, 32])
    .describe("channels of the part encoder: at full size, then after each halving"),
  layout: widths
    .min(1)
    .default([48, 24, 12])
    .describe("channels of the mask decoder: at the smallest size, then after each doubling"),
  match: width.default(16).describe("length of what patches and places are compared by"),
  rounds: countUpTo(100)
    .default(10)
    .describe("rounds of the Sinkhorn operator, which gives each place of a puzzle to one piece"),
  latent: width.default(32).describe("length of the image decoder's noise"),
  channels: widths
    .min(1)
    .default([12, 24, 48])
    .describe("channels of the image decoder: at full size, then after each halving"),
  blocks: countUpTo(100, 0).default(1).describe("residual blocks at its smallest size"),
  discriminator: widths
    .min(1)
    .default([24, 48, 96])
    .describe("channels of the discriminator after each halving"),
  objective: z.enum(objectiveNames).default("non-saturating").describe("what the players minimise"),
  penalty: z
    .number()
    .min(0)
    .default(1)
    .describe("γ of R1, the penalty on D's gradient at real images; 0 for none"),
  mismatch: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of images whose patches are another's, relative to drawn images"),
  spatial: z
    .number()
    .min(0)
    .default(10)
    .describe("weight of the mask: the cross-entropy of a pixel"),
  appearance: z
    .number()
    .min(0)
    .default(40)
    .describe("weight of keeping the patches where they are placed"),
  positions: z.number().min(0).default(1).describe("weight of −log p(place | patches)"),
  decay: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe("share of spatial and appearance that is left at the end of the training"),
});

export type PuzzleGanConfig = z.output<typeof puzzleGanConfig>;
