import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";

const lateral = z.enum(["none", "full", "local"]);
/** Units of a layer: connections are laid out pair by pair. */
export const MOST_UNITS = 4096;

const radius = countUpTo(MOST_UNITS).default(1);

export const boltzmannConfig = z.strictObject({
  hidden: countUpTo(MOST_UNITS, 0)
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
  window: countUpTo(MOST_UNITS)
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
  k: countUpTo(1000).default(1).describe("Gibbs steps of the chains per update (sml)"),
  chains: width.default(128).describe("persistent chains (sml)"),
  meanField: countUpTo(1000)
    .default(20)
    .describe("mean-field updates of more than 16 hidden units that are connected to each other"),
  centred: z
    .boolean()
    .default(true)
    .describe("learn weights between the units' deviations from their initial means"),
  weightDecay: z.number().min(0).default(0).describe("λ of the penalty ½λ‖w‖² on the weights"),
  betas: countUpTo(1_000_000, 10)
    .default(10_000)
    .describe("intermediate distributions of the annealed importance sampling of log Z"),
  sampleSteps: countUpTo(1_000_000)
    .default(1000)
    .describe("Gibbs steps per sample; the first half anneals"),
});

export type BoltzmannConfig = z.output<typeof boltzmannConfig>;
