import { z } from "zod";
import { countUpTo, width } from "../../../core/config-schema.js";

export const hmmConfig = z.strictObject({
  states: width.default(20).describe("hidden states K"),
  sequence: z
    .enum(["rows", "columns", "pixels"])
    .default("rows")
    .describe("what is observed at each step: a row, a column, or one pixel in raster order"),
  emission: z
    .enum(["auto", "bernoulli", "discrete", "gaussian"])
    .default("auto")
    .describe("of a value given the state; auto is bernoulli for binary pixels, else gaussian"),
  levels: countUpTo(65_536, 0)
    .default(0)
    .describe("values that pixels are quantised to (discrete only); 0 takes the data's own"),
  covariance: z
    .enum(["diagonal", "full"])
    .default("diagonal")
    .describe("of an observation given the state (gaussian only)"),
  varianceFloor: z
    .number()
    .gt(0)
    .default(1e-3)
    .describe("least variance in any direction (gaussian only)"),
  smoothing: z
    .number()
    .min(0)
    .default(0.1)
    .describe("pseudo-count added to every expected count of a discrete outcome"),
  initialisation: z
    .enum(["k-means", "random"])
    .default("k-means")
    .describe("where states start: at clusters of observations, or around the overall mean"),
  restarts: countUpTo(10_000).default(1).describe("starts to try, of which the best is kept"),
  tolerance: z
    .number()
    .min(0)
    .default(1e-3)
    .describe("training ends when a pass gains less, in nats an image"),
});

export type HmmConfig = z.output<typeof hmmConfig>;
