import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { gaussianOptions } from "../options.js";

export const gmmConfig = z.strictObject({
  components: width.default(10).describe("Gaussians (of each class)"),
  ...gaussianOptions,
  init: z
    .enum(["k-means", "k-means++", "random", "given"])
    .default("k-means")
    .describe("first means: k-means (seeded by k-means++), its seeds alone, images, or `means`"),
  means: z
    .array(z.number())
    .default([])
    .describe("first means of init=given, component after component, row by row"),
  restarts: countUpTo(10_000).default(1).describe("starts to try; the one that fits best is kept"),
});
