import { z } from "zod";
import { countUpTo } from "../../../core/config-schema.js";
import { augmentationNames } from "../augment/index.js";
import { objectiveNames } from "../objectives/index.js";

/** Where the discriminator's slope is penalised. */
export const penaltyNames = ["none", "r1", "r2", "r1r2", "zero-centred", "one-centred"] as const;

/** The settings of every game between a generator and a discriminator. */
export const gameSettings = {
  objective: z.enum(objectiveNames).default("relativistic").describe("what the players minimise"),
  penalty: z
    .enum(penaltyNames)
    .default("r1r2")
    .describe(
      "where the discriminator's gradient is penalised: at real images (r1), drawn ones (r2), both, or between them",
    ),
  penaltyWeight: z
    .number()
    .positive()
    .default(1)
    .describe("γ of R1 and R2, λ of the penalties between images"),
  penaltyParts: countUpTo(1024)
    .default(1)
    .describe("penalises one of so many equal parts of each batch, which saves time"),
  discriminatorTurns: countUpTo(1000)
    .default(1)
    .describe("batches that the discriminator learns from for each one of the generator"),
  instanceNoise: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "standard deviation of noise on real and drawn images at the start, of pixels in [−1, 1]",
    ),
  instanceNoiseShare: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe("share of the training over which that noise falls to 0"),
  smoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("one-sided label smoothing: real images have the target 1 − smoothing"),
  packing: countUpTo(64).default(1).describe("images that the discriminator judges together"),
  minibatchStd: z
    .boolean()
    .default(false)
    .describe("shows the discriminator how much the images of a batch differ"),
  augment: z
    .array(z.enum(augmentationNames))
    .default([])
    .describe("varies what the discriminator sees, real and drawn, for few training images"),
  projectionSteps: countUpTo(10_000, 0)
    .default(100)
    .describe("steps of descent by which the noise of a given image is found; 0 for no codes"),
} as const;

const schema = z.strictObject(gameSettings);
export type GameSettings = z.output<typeof schema>;
