import type { PrimitiveName } from "../../../tensor/primitives.js";
import type { LoweringRules } from "../rule.js";
import { convolution } from "./convolution.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import { linear } from "./linear.js";
import { rearrange } from "./rearrange.js";
import { reduction } from "./reduction.js";

/** The lowering rule of every primitive except `input`, which the graph declares itself. */
export const loweringRules: LoweringRules<Exclude<PrimitiveName, "input">> = {
  constant: ({ shape, dtype, attributes: { data } }, _, { graph }) =>
    graph.literal(dtype, shape as readonly number[], data),
  ...elementwise,
  ...reduction,
  ...linear,
  ...convolution,
  ...rearrange,
  ...indexing,
};
