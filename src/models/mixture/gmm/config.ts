import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { gaussianOptions } from "../options.js";

export const gmmConfig = z.strictObject({
  components: width.default(10).describe("number of Gaussians (per class)"),
  ...gaussianOptions,
  init: z
    .enum(["k-means", "k-means++", "random", "given"])
    .default("k-means")
    .describe("initial means: by k-means (seeded by k-means++), its seeds, images, or `means`"),
  means: z
    .array(z.number())
    .default([])
    .describe("initial means for init=given, component after component, row by row"),
  restarts: countUpTo(10_000)
    .default(1)
    .describe("number of starts, of which the best fit is kept"),
});
