import { z } from "zod";
import { countUpTo } from "../../../core/config-schema.js";

export const consistencyConfig = z.strictObject({
  steps: countUpTo(8).default(2).describe("evaluations of the network from noise to an image"),
  levels: countUpTo(1000, 2)
    .default(18)
    .describe("noise levels of the teacher's path, between which the student is made consistent"),
  least: z.number().positive().default(0.02).describe("the least noise level, as good as none"),
  most: z
    .number()
    .positive()
    .default(80)
    .describe("the largest noise level, as good as noise alone"),
});

export type ConsistencyConfig = z.output<typeof consistencyConfig>;
