import { z } from "zod";
import { widths } from "../../../core/config-schema.js";
import { activationNames } from "../../../nn/index.js";

const share = z.number().min(0).lt(1);

export const classifierConfig = z.strictObject({
  architecture: z
    .enum(["cnn", "mlp"])
    .default("cnn")
    .describe("residual convolutions, or dense layers alone; a part takes the place of either"),
  channels: widths
    .min(1)
    .default([32, 64, 128])
    .describe(
      "channels of the convolutions; each stage after the first halves the image (cnn only)",
    ),
  normalisation: z
    .enum(["batch", "group"])
    .default("batch")
    .describe("of each channel over the batch, or of an image's channels in groups (cnn only)"),
  hidden: widths
    .default([128])
    .describe("widths of the dense layers before the last; the last of them are the features"),
  activation: z.enum(activationNames).default("relu").describe("between layers"),
  dropout: share.default(0).describe("share of each dense layer that is dropped in training"),
  finetune: z
    .boolean()
    .default(false)
    .describe("trains the part encoder too; otherwise its weights stay as they are"),
  probe: share
    .default(0)
    .describe(
      "share of the training in which the head alone learns, at ten times the rate, before the encoder joins (finetune only)",
    ),
  smoothing: share
    .default(0)
    .describe("share of the target that label smoothing spreads evenly over all classes"),
});

export type ClassifierConfig = z.output<typeof classifierConfig>;
