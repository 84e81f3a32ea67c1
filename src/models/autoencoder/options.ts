import { z } from "zod";
import type { DataTraits } from "../../core/batch.js";
import { widths } from "../../core/config-schema.js";
import { type ActivationName, activationNames } from "../../nn/index.js";

/** How reconstructions are compared. */
export const loss = z
  .enum(["squared", "cross-entropy"])
  .default("squared")
  .describe("error of a pixel: squared, or cross-entropy with grey pixels as probabilities");

/** The layers of encoder and decoder. */
export const networkOptions = {
  architecture: z
    .enum(["conv", "mlp", "linear"])
    .default("conv")
    .describe("strided convolutions, dense layers, or one linear map, which spans what PCA does"),
  channels: widths
    .min(1)
    .default([32, 64])
    .describe("channels of the convolutions, each of which halves the image (conv only)"),
  hidden: widths
    .default([])
    .describe("widths of the dense layers before the code, which the decoder mirrors"),
  activation: z.enum(activationNames).default("relu").describe("activation between layers"),
};

/** Images that can be halved as often as the defaults ask. */
export const EXAMPLE: DataTraits = {
  channels: 1,
  height: 8,
  width: 8,
  binary: false,
  levels: 17,
  annotations: {},
};

export interface NetworkOptions {
  readonly architecture: "conv" | "mlp" | "linear";
  readonly channels: readonly number[];
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
}
