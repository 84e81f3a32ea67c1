import { isFloating } from "../../../tensor/dtype.js";
import { mul, neg } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import { productOfDims, type Shape, sameShape } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { type Identities, is, uniformValue } from "./identity.js";

/** A reduction over axes of length 1 is a reshape. */
function trivial({
  inputs: [x],
  attributes: { axes },
  shape,
}: Tensor<"sum" | "mean" | "max" | "min">) {
  return axes.every((axis) => x.shape[axis] === 1) ? reshape(x, shape) : undefined;
}

/** Applies a factor or sign that all terms share after the reduction. */
function sharedFactor(
  { inputs: [x], attributes: { axes, keepDims } }: Tensor<"sum" | "mean">,
  reduce: typeof sum,
): Tensor | undefined {
  if (!isFloating(x.dtype)) return undefined;
  if (is(x, "neg")) return neg(reduce(x.inputs[0], axes, keepDims));
  if (!is(x, "mul")) return undefined;
  for (const [factor, terms] of [x.inputs, [...x.inputs].reverse()]) {
    const value = uniformValue(factor);
    if (value === undefined || !sameShape(terms.shape, x.shape)) continue;
    return mul(reduce(terms, axes, keepDims), constant(value, [], x.dtype));
  }
  return undefined;
}

/** A sum of repeated elements is a product. */
function sumOfBroadcast(node: Tensor<"sum">): Tensor | undefined {
  const [x] = node.inputs;
  const { axes } = node.attributes;
  if (!is(x, "broadcastTo")) return undefined;
  const [source] = x.inputs;
  const extra = x.shape.length - source.shape.length;
  const repeated = axes.every((axis) => axis < extra || source.shape[axis - extra] === 1);
  const others = x.shape.every(
    (dim, axis) => axes.includes(axis) || (axis >= extra && source.shape[axis - extra] === dim),
  );
  const count = productOfDims(axes.map((axis) => x.shape[axis]));
  if (!repeated || !others || typeof count === "string") return undefined;
  return mul(reshape(source, node.shape), constant(count, [], x.dtype));
}

/**
 * Σ AᵀB over leading axes is one larger product, with the rows of all matrices stacked. The weight
 * gradient of a dense layer over sequences or images has this form.
 */
function sumOfProducts(node: Tensor<"sum">): Tensor | undefined {
  const [product] = node.inputs;
  if (!is(product, "matmul")) return undefined;
  const { transposeA, transposeB } = product.attributes;
  const [a, b] = product.inputs;
  const leading = product.shape.length - 2;
  const { axes } = node.attributes;
  const all = axes.length === leading && axes.every((axis, position) => axis === position);
  const alike = sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (!all || !alike || !transposeA || transposeB) return undefined;
  const rows = ({ shape }: Tensor): Shape => [productOfDims(shape.slice(0, -1)), shape.at(-1)!];
  const stacked = matmul(reshape(a, rows(a)), reshape(b, rows(b)), { transposeA: true });
  return reshape(stacked, node.shape);
}

export const reduction: Identities = {
  sum: (node) =>
    trivial(node) ?? sumOfBroadcast(node) ?? sumOfProducts(node) ?? sharedFactor(node, sum),
  mean: (node) => trivial(node) ?? sharedFactor(node, mean),
  max: trivial,
  min: trivial,
  axisSize: ({ inputs: [x], attributes: { axis, dtype } }) => {
    const size = x.shape[axis];
    return typeof size === "number" ? constant(size, [], dtype) : undefined;
  },
  matmul: (node) => {
    const { transposeA, transposeB } = node.attributes;
    const [a, b] = node.inputs;
    const [left, right] = [untransposed(a), untransposed(b)];
    if (left === undefined && right === undefined) return undefined;
    return matmul(left ?? a, right ?? b, {
      transposeA: transposeA !== (left !== undefined),
      transposeB: transposeB !== (right !== undefined),
    });
  },
};

/** The operand of a transposition of the last two axes, which a product can absorb. */
function untransposed(tensor: Tensor): Tensor | undefined {
  if (!is(tensor, "transpose")) return undefined;
  const { permutation } = tensor.attributes;
  const rank = permutation.length;
  const swap = permutation.every((axis, position) =>
    position < rank - 2 ? axis === position : axis === 2 * rank - 3 - position,
  );
  return swap ? tensor.inputs[0] : undefined;
}
