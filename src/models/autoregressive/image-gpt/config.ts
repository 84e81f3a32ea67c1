import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { conditional } from "../../conditional.js";

export const imageGptConfig = z.strictObject({
  features: width.default(128).describe("features of a position"),
  blocks: countUpTo(100).default(6).describe("transformer blocks"),
  heads: countUpTo(256).default(4).describe("heads of attention, which must divide the features"),
  dropout: z.number().min(0).max(0.9).default(0).describe("dropout rate of each branch"),
  order: z
    .enum(["raster", "masked"])
    .default("raster")
    .describe(
      "symbol after symbol, with an exact likelihood, or any symbols given any others, which draws an image in few passes",
    ),
  block: z
    .array(countUpTo(16))
    .min(1)
    .max(2)
    .default([1])
    .describe(
      "rows and columns of pixels that are one symbol, or one number for both: of binary images 2 makes 16 symbols and a sequence a quarter as long, 2,4 makes 256 and an eighth; with a tokeniser it does nothing",
    ),
  conditional,
});

export type ImageGptConfig = z.output<typeof imageGptConfig>;
