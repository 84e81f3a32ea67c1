import { z } from "zod";
import { headFields } from "../heads/index.js";

const width = z.number().int().min(1);
export const oddWindow = z.number().int().min(3);

/** Settings that all PixelRNNs have. */
export const pixelRnnFields = {
  hidden: width
    .default(32)
    .describe("features of an LSTM's state; the maps between layers have twice as many"),
  layers: width.default(2).describe("LSTM layers, each added to its input"),
  firstKernel: oddWindow.default(7).describe("rows and columns of the first layer's window; odd"),
  outputFeatures: width.default(32).describe("feature maps between the two last layers"),
  ...headFields,
  conditional: z
    .boolean()
    .default(false)
    .describe("learns each class of labelled images, and draws images of a class"),
};

/** What {@link pixelRnnFields} give. */
export type PixelRnnConfig = z.output<z.ZodObject<typeof pixelRnnFields>>;
