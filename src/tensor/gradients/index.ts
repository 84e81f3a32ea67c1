import type { PrimitiveName } from "../primitives.js";
import { elementwise } from "./elementwise.js";
import { linear } from "./linear.js";
import { rearrange } from "./rearrange.js";
import { reduction } from "./reduction.js";
import type { GradientRules } from "./rule.js";

/** The gradient rule of every primitive with operands. */
export const gradientRules: GradientRules<Exclude<PrimitiveName, "constant" | "input">> = {
  ...elementwise,
  ...reduction,
  ...rearrange,
  ...linear,
};
