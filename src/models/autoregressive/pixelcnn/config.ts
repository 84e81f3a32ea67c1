import { z } from "zod";
import { countUpTo } from "../../../core/config-schema.js";
import { features, oddWindow, rasterFields } from "../settings.js";

export const pixelcnnConfig = z.strictObject({
  gated: z
    .boolean()
    .default(false)
    .describe(
      "two gated stacks, which see every earlier pixel, at three times the work of masked windows with rectifiers",
    ),
  features: features.default(32).describe("feature maps per layer; multiples of 16 are fastest"),
  layers: countUpTo(1000, 0).default(7).describe("layers after the first"),
  kernel: oddWindow.default(3).describe("rows and columns of the other windows; odd"),
  residual: z.boolean().default(true).describe("adds a layer's input to its output"),
  ...rasterFields,
});

export type PixelcnnConfig = z.output<typeof pixelcnnConfig>;
