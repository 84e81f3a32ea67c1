import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { captioned } from "../../captioned.js";
import { conditional } from "../../conditional.js";
import { networkNames } from "../networks/index.js";
import { predictionNames } from "../predictions.js";
import { stepVarianceNames } from "../samplers/index.js";
import { scheduleNames } from "../schedules/index.js";
import { weightingNames } from "../weightings.js";

const share = z.number().min(0).lt(1);

export const ddpmConfig = z.strictObject({
  schedule: z.enum(scheduleNames).default("cosine").describe("noise levels to learn"),
  steps: countUpTo(10_000, 21)
    .default(1000)
    .describe("steps from noise to an image; samplers may take fewer"),
  zeroTerminalSnr: z
    .boolean()
    .default(false)
    .describe("rescales the linear and cosine schedules to end in noise alone"),
  prediction: z
    .enum(predictionNames)
    .default("v")
    .describe("what the network predicts of a noisy image: its noise, the image, or a mixture"),
  weighting: z.enum(weightingNames).default("min-snr").describe("weights of the noise levels"),
  gamma: z.number().positive().default(5).describe("γ of the min-snr weightings"),
  sigmaData: z
    .number()
    .positive()
    .default(0.5)
    .describe("standard deviation of pixels in [−1, 1], for the edm weighting"),
  variance: z
    .enum(stepVarianceNames)
    .default("small")
    .describe(
      "variance of a step of the ancestral sampler and of the bound: β̃, β, or learned between them for each pixel",
    ),
  network: z
    .enum(networkNames)
    .default("unet")
    .describe("a U-Net, or a transformer over patches (DiT)"),
  patch: countUpTo(16)
    .default(2)
    .describe("side of the squares of pixels that the network takes as one position"),
  channels: width.default(32).describe("channels of the U-Net's first level, or of the DiT"),
  multipliers: z
    .array(countUpTo(64))
    .min(1)
    .max(8)
    .default([1, 2])
    .describe(
      "channels of each level of the U-Net, as multiples of the first; each halves the image",
    ),
  blocks: countUpTo(16)
    .default(2)
    .describe("residual blocks of a level of the U-Net, or transformer blocks of the DiT"),
  attention: z
    .array(countUpTo(8))
    .default([2])
    .describe("levels of the U-Net with self-attention, 1 for the first"),
  heads: countUpTo(64).default(4).describe("heads of self-attention"),
  dropout: share.default(0).describe("share of each block that is dropped in training"),
  conditional,
  captioned,
  dropCondition: share
    .default(0.1)
    .describe(
      "share of the classes and captions that training hides, for guidance (conditional or captioned only)",
    ),
  augmentation: share
    .default(0)
    .describe(
      "probability of each change of a training image: moved, scaled, stretched and, half as often, mirrored; the network is told of them, so that samples show none",
    ),
});

export type DdpmConfig = z.output<typeof ddpmConfig>;
