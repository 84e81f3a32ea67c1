import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { attentionKinds } from "../../symbols/masks.js";

export const dalleConfig = z.strictObject({
  design: z
    .enum(["joint", "encoder-decoder"])
    .default("joint")
    .describe(
      "one sequence of words and image tokens, or an encoder of the words to which the image's decoder attends",
    ),
  order: z
    .enum(["raster", "masked"])
    .default("raster")
    .describe(
      "image token after token, with an exact likelihood, or any tokens given any others, which draws an image in few passes",
    ),
  features: width.default(192).describe("features of a position"),
  blocks: countUpTo(100).default(6).describe("transformer blocks of the image"),
  heads: countUpTo(256).default(6).describe("heads of attention, which must divide the features"),
  textBlocks: countUpTo(100, 0)
    .default(2)
    .describe("transformer blocks of the words (encoder-decoder only)"),
  attention: z
    .array(z.enum(attentionKinds))
    .min(1)
    .max(100)
    .default(["full"])
    .describe(
      "what places of the image see of it, block by block in turn; full is the fastest here (raster only)",
    ),
  dropout: z.number().min(0).max(0.9).default(0).describe("dropout rate of each branch"),
  dropCaption: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe("share of captions that training hides, which guidance needs"),
  imageWeight: z
    .number()
    .gt(0)
    .default(7)
    .describe("weight of an image token's loss; a word's is 1 (joint in raster order only)"),
});

export type DalleConfig = z.output<typeof dalleConfig>;
