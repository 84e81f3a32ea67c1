import { z } from "zod";
import { width } from "../../../core/config-schema.js";
import { activationNames } from "../../../nn/index.js";
import { conditional } from "../../conditional.js";
import { orderingNames } from "../../ordering.js";

export const nadeConfig = z.strictObject({
  hidden: width.default(500).describe("units of the hidden layer"),
  activation: z.enum(activationNames).default("relu").describe("of the hidden layer"),
  ordering: z
    .enum(orderingNames)
    .default("raster")
    .describe("in which pixels follow each other; random is drawn from orderingSeed"),
  orderingSeed: z.int().min(0).default(0).describe("decides a random ordering"),
  head: z
    .enum(["auto", "binary", "mixture"])
    .default("auto")
    .describe(
      "distribution of a pixel: 0 or 1, or a mixture of Gaussians; auto is binary for binary images, else mixture",
    ),
  components: width.default(10).describe("Gaussians of the mixture (mixture only)"),
  minStd: z
    .number()
    .min(1e-6)
    .default(1e-3)
    .describe("least standard deviation of a Gaussian, for pixels in [0, 1] (mixture only)"),
  dequantise: z
    .boolean()
    .default(true)
    .describe("spread each of a pixel's levels uniformly over its share of [0, 1] (mixture only)"),
  block: width
    .default(8)
    .describe("pixels whose hidden layers are computed at once; bounds memory, changes no result"),
  conditional,
});

export type NadeConfig = z.output<typeof nadeConfig>;
