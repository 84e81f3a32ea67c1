import type { PrimitiveName } from "../../../tensor/primitives.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { arithmetic } from "./arithmetic.js";
import { broadcasting } from "./broadcasting.js";
import { convolution } from "./convolution.js";
import { factors } from "./factors.js";
import type { Identity } from "./identity.js";
import { indexing } from "./indexing.js";
import { rearrange } from "./rearrange.js";
import { reduction } from "./reduction.js";

const FAMILIES = [broadcasting, arithmetic, rearrange, reduction, factors, convolution, indexing];

/** A cheaper form of a node by the first identity that applies, or `undefined`. */
export function simplify<P extends PrimitiveName>(node: Tensor<P>): Tensor | undefined {
  for (const family of FAMILIES) {
    const identity = family[node.op] as Identity<P> | undefined;
    const simpler = identity?.(node);
    if (simpler !== undefined) return simpler;
  }
  return undefined;
}
