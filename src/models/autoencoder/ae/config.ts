import { z } from "zod";
import { width } from "../../../core/config-schema.js";
import { codeOptions, networkOptions } from "../options.js";

export const aeConfig = z.strictObject({
  ...networkOptions,
  ...codeOptions,
  prior: z
    .enum(["none", "gmm"])
    .default("none")
    .describe(
      "what samples decode: random codes, which make no generative model, or codes of a mixture of Gaussians that is fitted to the training codes when training ends",
    ),
  components: width.default(50).describe("Gaussians of the prior (prior=gmm only)"),
});

export type AeConfig = z.output<typeof aeConfig>;
