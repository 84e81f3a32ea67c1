import { z } from "zod";
import { countUpTo } from "../../../core/config-schema.js";
import { orderingNames } from "../../ordering.js";
import { countingKeys } from "../levels.js";

export const markovConfig = z.strictObject({
  order: countUpTo(64, 0).default(1).describe("number of previous pixels that a pixel depends on"),
  ordering: z.enum(orderingNames).default("raster").describe("order in which pixels are visited"),
  orderingSeed: z.int().min(0).default(0).describe("seed of the random ordering"),
  ...countingKeys,
});

export type MarkovConfig = z.output<typeof markovConfig>;
