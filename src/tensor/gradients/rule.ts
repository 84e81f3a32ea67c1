import { reshape } from "../ops/rearrange.js";
import { sum } from "../ops/reduction.js";
import type { PrimitiveName } from "../primitives.js";
import { type Shape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/**
 * The vector–Jacobian product of a primitive: from the cotangent of its result to the cotangents of
 * its operands, `null` where an operand has none. Rules are made of operators, so that they can be
 * differentiated again.
 */
export type GradientRule<P extends PrimitiveName> = (
  node: Tensor<P>,
  cotangent: Tensor,
) => readonly (Tensor | null)[];

/** Rules for some of the primitives. */
export type GradientRules<P extends PrimitiveName> = { readonly [K in P]: GradientRule<K> };

/** For results that do not move when an operand moves a little. */
export const constantRule = ({ inputs }: { inputs: readonly Tensor[] }): null[] =>
  inputs.map(() => null);

/** Adjoint of broadcasting: sums what was repeated. */
export function sumToShape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const repeated = x.shape.flatMap((dim, axis) => {
    const before = axis < extra ? undefined : shape[axis - extra];
    return before === undefined || (before === 1 && dim !== 1) ? [axis] : [];
  });
  return reshape(sum(x, repeated, true), shape);
}
