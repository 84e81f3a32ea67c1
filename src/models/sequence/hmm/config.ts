import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";
import { conditional } from "../../conditional.js";

export const hmmConfig = z.strictObject({
  states: width.default(20).describe("hidden states K"),
  conditional,
  topology: z
    .enum(["ergodic", "left-right"])
    .default("ergodic")
    .describe("transitions: between all states, or from the first state on and never back"),
  jump: countUpTo(65_536, 0)
    .default(0)
    .describe("furthest step to a later state (left-right only); 0 for any"),
  sequence: z
    .enum(["rows", "columns", "pixels"])
    .default("rows")
    .describe("the observation at each step: a row, a column, or one pixel in raster order"),
  emission: z
    .enum(["auto", "bernoulli", "discrete", "gaussian"])
    .default("auto")
    .describe(
      "distribution of a value given the state; auto is bernoulli for binary pixels, else gaussian",
    ),
  levels: countUpTo(65_536, 0)
    .default(0)
    .describe("number of values to quantise pixels to (discrete only); 0 keeps the data's own"),
  covariance: z
    .enum(["diagonal", "full"])
    .default("diagonal")
    .describe("covariance of an observation given the state (gaussian only)"),
  varianceFloor: z
    .number()
    .gt(0)
    .default(1e-3)
    .describe("smallest variance in any direction (gaussian only)"),
  smoothing: z
    .number()
    .min(0)
    .default(0.1)
    .describe("pseudo-count added to every expected count of a discrete outcome"),
  initialisation: z
    .enum(["k-means", "random"])
    .default("k-means")
    .describe("initial states: at clusters of observations, or around the overall mean"),
  restarts: countUpTo(10_000)
    .default(1)
    .describe("number of starts, of which the best fit is kept"),
  tolerance: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("training ends when a pass gains less, in nats per image"),
});

export type HmmConfig = z.output<typeof hmmConfig>;
