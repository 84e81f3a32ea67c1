import { z } from "zod";
import { countUpTo, widths } from "../../../core/config-schema.js";
import { translatorOutput } from "../translation/translator.js";

export const cycleganConfig = z.strictObject({
  channels: widths
    .min(1)
    .default([16, 32, 64])
    .describe("channels of both generators: at full size, then after each halving"),
  blocks: countUpTo(100, 0).default(3).describe("residual blocks at the smallest size"),
  output: translatorOutput.default("image"),
  patches: widths
    .min(1)
    .default([32, 64])
    .describe("channels of both discriminators after each halving; more halvings, larger patches"),
  cycle: z.number().min(0).default(10).describe("weight of the way there and back: |F(G(x)) − x|"),
  identity: z
    .number()
    .min(0)
    .default(5)
    .describe("weight of leaving images of the target domain alone: |G(y) − y|"),
  pool: countUpTo(10_000, 0)
    .default(50)
    .describe("earlier translations that the discriminators keep seeing"),
});

export type CycleganConfig = z.output<typeof cycleganConfig>;
