import { z } from "zod";

const lateral = z.enum(["none", "full", "local"]);
const radius = z.number().int().min(1).default(1);

export const boltzmannConfig = z.strictObject({
  hidden: z
    .number()
    .int()
    .min(0)
    .default(64)
    .describe("hidden units, each 0 or 1; 0 for a machine of pixels alone"),
  visibleVisible: lateral.default("local").describe("connections between pixels"),
  visibleRadius: radius.describe(
    "rows and columns between connected pixels at most (visibleVisible=local)",
  ),
  hiddenHidden: lateral.default("local").describe("connections between hidden units"),
  hiddenRadius: radius.describe(
    "rows and columns of the grid of hidden units between connected ones at most (hiddenHidden=local)",
  ),
  visibleHidden: z
    .enum(["full", "local"])
    .default("full")
    .describe("connections between pixels and hidden units"),
  window: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe(
      "rows and columns from a hidden unit's place to its pixels at most (visibleHidden=local)",
    ),
  learning: z
    .enum(["auto", "exact", "sml", "pseudo"])
    .default("auto")
    .describe(
      "objective: likelihood by enumeration (exact: up to 20 units), stochastic maximum likelihood (sml), pseudo-likelihood (pseudo: hidden=0)",
    ),
  k: z.number().int().min(1).default(1).describe("Gibbs steps of the chains per update (sml)"),
  chains: z.number().int().min(1).default(128).describe("persistent chains (sml)"),
  meanField: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe("mean-field updates of more than 16 hidden units that are connected to each other"),
  centred: z
    .boolean()
    .default(true)
    .describe("learn weights between the units' deviations from their initial means"),
  weightDecay: z.number().min(0).default(0).describe("λ of the penalty ½λ‖w‖² on the weights"),
  betas: z
    .number()
    .int()
    .min(10)
    .default(10_000)
    .describe("intermediate distributions of the annealed importance sampling of log Z"),
  sampleSteps: z
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe("Gibbs steps per sample; the first half anneals"),
});

export type BoltzmannConfig = z.output<typeof boltzmannConfig>;
