import { z } from "zod";
import { headFields } from "../heads/index.js";

const width = z.number().int().min(1);
const window = z.number().int().min(3);

export const pixelcnnConfig = z.strictObject({
  gated: z
    .boolean()
    .default(false)
    .describe(
      "two stacks with gates, which see every pixel before: three times the work of masked windows with rectifiers",
    ),
  features: width
    .default(32)
    .describe("feature maps of a layer; fastest where they are a multiple of 16"),
  layers: z.number().int().min(0).default(7).describe("layers after the first"),
  firstKernel: window.default(7).describe("rows and columns of the first layer's window; odd"),
  kernel: window.default(3).describe("rows and columns of the other windows; odd"),
  residual: z.boolean().default(true).describe("adds a layer's input to its output"),
  outputFeatures: width.default(32).describe("feature maps between the last layers"),
  location: z
    .boolean()
    .default(true)
    .describe("tells the network in which row and column it is, by learned vectors"),
  ...headFields,
  conditional: z
    .boolean()
    .default(false)
    .describe("learns each class of labelled images, and draws images of a class"),
});

export type PixelcnnConfig = z.output<typeof pixelcnnConfig>;
