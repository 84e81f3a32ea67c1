import { z } from "zod";
import { countUpTo, width, widths } from "../../../core/config-schema.js";

export const clipConfig = z.strictObject({
  features: width.default(64).describe("length of the embeddings of images and captions"),
  channels: widths
    .min(1)
    .default([32, 64, 96, 128])
    .describe("channels of the image's residual convolutions; each after the first halves it"),
  text: width.default(64).describe("width of the words' vectors"),
  blocks: countUpTo(100, 0).default(2).describe("transformer blocks over the words"),
  heads: countUpTo(256).default(4).describe("heads of attention, which must divide `text`"),
});

export type ClipConfig = z.output<typeof clipConfig>;
