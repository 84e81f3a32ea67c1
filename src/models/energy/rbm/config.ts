import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { conditional } from "../../conditional.js";

export const rbmConfig = z.strictObject({
  hidden: width.default(128).describe("hidden units, each 0 or 1"),
  conditional,
  visible: z
    .enum(["binary", "gaussian"])
    .default("binary")
    .describe("distribution of a pixel given the hidden units"),
  std: z
    .number()
    .positive()
    .default(0.2)
    .describe("standard deviation of a pixel given the hidden units (gaussian only)"),
  negative: z
    .enum(["pcd", "cd"])
    .default("pcd")
    .describe("negative phase from persistent chains (pcd), or from the images (cd)"),
  k: countUpTo(1000).default(1).describe("Gibbs steps of the negative phase per update"),
  chains: width.default(128).describe("persistent chains (pcd only)"),
  centred: z
    .boolean()
    .default(false)
    .describe("learn weights between the units' deviations from their initial means"),
  weightDecay: z.number().min(0).default(0).describe("λ of the penalty ½λ‖W‖² on the weights"),
  betas: countUpTo(1_000_000, 10)
    .default(10_000)
    .describe("intermediate distributions of the annealed importance sampling of log Z"),
  sampleSteps: countUpTo(1_000_000)
    .default(1000)
    .describe("Gibbs steps per sample; the first half anneals"),
});

export type RbmConfig = z.output<typeof rbmConfig>;
