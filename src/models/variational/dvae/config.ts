import { z } from "zod";
import { countUpTo, width, widths } from "../../../core/config-schema.js";
import { likelihoodOptions } from "../likelihood/index.js";

/** Codes of a codebook. */
const codes = countUpTo(65_536, 2);
const share = z.number().min(0).max(1);

export const dvaeConfig = z.strictObject({
  quantiser: z
    .enum(["gumbel", "vq", "fsq"])
    .default("gumbel")
    .describe(
      "how a position gets its code: drawn from a categorical distribution, the nearest vector of a codebook, or each number rounded to a level",
    ),
  channels: widths
    .min(1)
    .default([32, 64])
    .describe("channels of the convolutions, each of which halves the image"),
  blocks: countUpTo(100, 0)
    .default(1)
    .describe("residual blocks at the size of the grid, in encoder and decoder each"),
  codes: codes.default(128).describe("codes of the codebook (gumbel and vq only)"),
  embedding: width.default(32).describe("length of a code's vector (gumbel and vq only)"),
  levels: z
    .array(countUpTo(1024, 2))
    .min(1)
    .max(16)
    .default([8, 4, 4])
    .describe("levels of each number of a code's vector; their product is the codes (fsq only)"),
  ...likelihoodOptions,
  beta: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of the KL to the uniform prior; 1 is the evidence lower bound (gumbel only)"),
  warmup: share
    .default(0.5)
    .describe("share of the training over which beta rises from 0 (gumbel only)"),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe("temperature of the relaxed codes at first (gumbel only)"),
  coldest: z
    .number()
    .positive()
    .default(0.0625)
    .describe("temperature that they are annealed to (gumbel only)"),
  annealing: share
    .default(0.5)
    .describe("share of the training over which the temperature falls (gumbel only)"),
  straightThrough: z
    .boolean()
    .default(false)
    .describe("decode the hard code and use the gradient of the relaxed one (gumbel only)"),
  commitment: z
    .number()
    .min(0)
    .default(0.25)
    .describe("weight of the squared distance from the encoder's output to its code (vq only)"),
  decay: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .describe("decay of the moving averages that the codebook follows (vq only)"),
  renewal: share
    .default(0.2)
    .describe(
      "a code used less than this share of an equal share is replaced by an encoder output; 0 never (vq only)",
    ),
});

export type DvaeConfig = z.output<typeof dvaeConfig>;
