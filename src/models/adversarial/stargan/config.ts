import { z } from "zod";
import { countUpTo, widths } from "../../../core/config-schema.js";
import { objectiveNames } from "../objectives/index.js";
import { translatorOutput } from "../translation/translator.js";

export const starganConfig = z.strictObject({
  condition: z
    .enum(["auto", "class", "attributes"])
    .default("auto")
    .describe("what images are turned to: attributes where they carry some, else classes"),
  channels: widths
    .min(1)
    .default([16, 32, 64])
    .describe("channels of the generator: at full size, then after each halving"),
  blocks: countUpTo(100, 0).default(3).describe("residual blocks at the smallest size"),
  output: translatorOutput.default("masked"),
  patches: widths
    .min(1)
    .default([32, 64, 128])
    .describe("channels of the discriminator after each halving"),
  recognition: z
    .enum(["auxiliary", "projection"])
    .default("projection")
    .describe(
      "whether the discriminator judges images and what they are to be together, or recognises real images beside it",
    ),
  classification: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of recognising the class or attributes (auxiliary only)"),
  reconstruction: z.number().min(0).default(3).describe("weight of the way back: |x − G(G(x))|"),
  objective: z.enum(objectiveNames).default("non-saturating").describe("what the players minimise"),
  penalty: z
    .enum(["none", "one-centred", "r1"])
    .default("r1")
    .describe(
      "where D's gradient is penalised: between real and translated images, or at real ones",
    ),
  penaltyWeight: z.number().positive().default(0.3).describe("λ of one-centred, γ of r1"),
  discriminatorTurns: countUpTo(1000)
    .default(1)
    .describe("batches that the discriminator learns from for each one of the generator"),
});

export type StarganConfig = z.output<typeof starganConfig>;
