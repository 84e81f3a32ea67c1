import { reshape } from "../ops/rearrange.js";
import { sum } from "../ops/reduction.js";
import type { PrimitiveName } from "../primitives.js";
import { type Shape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

/**
 * The vector–Jacobian product of a primitive: maps the cotangent of its result to the cotangents of
 * its operands, `null` for an operand without one. Rules are built from operators, so gradients can
 * be differentiated again.
 */
export type GradientRule<P extends PrimitiveName> = (
  node: Tensor<P>,
  cotangent: Tensor,
) => readonly (Tensor | null)[];

/** Rules for some of the primitives. */
export type GradientRules<P extends PrimitiveName> = { readonly [K in P]: GradientRule<K> };

/** The rule of primitives that are piecewise constant. */
export const constantRule = ({ inputs }: { inputs: readonly Tensor[] }): null[] =>
  inputs.map(() => null);

/** Adjoint of broadcasting: sums over the repeated axes. */
export function sumToShape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const repeated = x.shape.flatMap((dim, axis) => {
    const before = axis < extra ? undefined : shape[axis - extra];
    return before === undefined || (before === 1 && dim !== 1) ? [axis] : [];
  });
  return reshape(sum(x, repeated, true), shape);
}
