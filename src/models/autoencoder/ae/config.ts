import { z } from "zod";
import { width } from "../../../core/config-schema.js";
import { priorComponents } from "../../mixture/prior-of-codes.js";
import { loss, networkOptions } from "../options.js";

export const aeConfig = z.strictObject({
  ...networkOptions,
  latent: width
    .default(10)
    .describe("length of the code: 2 to draw it, 32 for good copies of 28×28 pixels"),
  loss,
  prior: z
    .enum(["none", "gmm"])
    .default("none")
    .describe(
      "what samples decode: random codes, which make no generative model, or codes of a mixture of Gaussians that is fitted to the training codes when training ends",
    ),
  components: priorComponents,
});

export type AeConfig = z.output<typeof aeConfig>;
