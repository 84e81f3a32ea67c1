import { isFloating } from "../../../tensor/dtype.js";
import { add, mul, sub } from "../../../tensor/ops/elementwise.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import { broadcastShapes, type Shape, sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Identities, is } from "./identity.js";

/*
 * Normalisation multiplies whole images by several factors with one value per channel. These factors
 * cost almost nothing if they are multiplied with each other first, or applied after a sum over the
 * images.
 */

type Reduction = Tensor<"sum" | "mean">;

/** With more full-size factors, the identity would split a product that other nodes may use. */
const MAX_WHOLE = 2;

/** Whether a factor is constant along these axes of a product of that shape. */
function sharedAlong(factor: Tensor, axes: readonly number[], shape: Shape): boolean {
  const missing = shape.length - factor.shape.length;
  return axes.every((axis) => axis < missing || factor.shape[axis - missing] === 1);
}

/** The factors of a product: those of its full shape, and those that are constant along the axes. */
function factorsOf(
  product: Tensor,
  axes: readonly number[],
): { whole: Tensor[]; shared: Tensor[] } {
  if (!is(product, "mul")) return { whole: [product], shared: [] };
  const shared = product.inputs.find((factor) => sharedAlong(factor, axes, product.shape));
  const rest = product.inputs.filter((factor) => factor !== shared);
  if (!rest.every((factor) => sameShape(factor.shape, product.shape))) {
    return { whole: [product], shared: [] };
  }
  const parts = rest.map((factor) => factorsOf(factor, axes));
  const all = [...(shared ? [shared] : []), ...parts.flatMap((part) => part.shared)];
  return { whole: parts.flatMap(({ whole }) => whole), shared: all };
}

/** The shape of a reduction that keeps its axes with length 1. */
const keptShape = (x: Tensor, axes: readonly number[]): Shape =>
  x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

/** Applies the factors that all terms of a sum share to the sum instead. */
function sharedFactors(node: Reduction, reduce: typeof sum): Tensor | undefined {
  const [x] = node.inputs;
  const { axes } = node.attributes;
  if (!isFloating(x.dtype) || axes.length === 0) return undefined;
  const { whole, shared } = factorsOf(x, axes);
  if (shared.length === 0 || whole.length === 0 || whole.length > MAX_WHOLE) return undefined;
  const terms = reduce(
    whole.reduce((product, factor) => mul(product, factor)),
    axes,
  );
  return reshape(
    shared.reduce((product, factor) => mul(product, factor), reshape(terms, keptShape(x, axes))),
    node.shape,
  );
}

/** The value of a sum that is 0 but for rounding: a sum of deviations from the mean, or of multiples. */
function vanishing(x: Tensor, axes: readonly number[]): Tensor | undefined {
  if (is(x, "mul")) {
    for (const [factor, rest] of [x.inputs, [...x.inputs].reverse()]) {
      const shares = sharedAlong(factor, axes, x.shape) && sameShape(rest.shape, x.shape);
      const sumOfRest = shares ? vanishing(rest, axes) : undefined;
      if (sumOfRest !== undefined) return mul(sumOfRest, factor);
    }
  }
  if (!is(x, "sub")) return undefined;
  const [whole, centre] = x.inputs;
  const centred =
    is(centre, "mean") &&
    centre.inputs[0].id === whole.id &&
    centre.attributes.keepDims &&
    `${centre.attributes.axes}` === `${axes}`;
  // Like the sum, this is NaN if an element is infinite or NaN.
  return centred ? mul(centre, 0) : undefined;
}

/** A sum, or a sum over two terms, in which a part is known to vanish. */
function sumOfVanishing(node: Tensor<"sum">): Tensor | undefined {
  const [x] = node.inputs;
  const { axes } = node.attributes;
  if (!isFloating(x.dtype)) return undefined;
  const nothing = vanishing(x, axes);
  if (nothing !== undefined) return reshape(nothing, node.shape);
  if (!is(x, "add") && !is(x, "sub")) return undefined;
  const [a, b] = x.inputs;
  if (!sameShape(a.shape, x.shape) || !sameShape(b.shape, x.shape)) return undefined;
  const [left, right] = [vanishing(a, axes), vanishing(b, axes)];
  if (left === undefined && right === undefined) return undefined;
  const kept = (term: Tensor) => reshape(sum(term, axes), keptShape(x, axes));
  const [first, second] = [left ?? kept(a), right ?? kept(b)];
  return reshape(is(x, "add") ? add(first, second) : sub(first, second), node.shape);
}

/** Whether all items of a batch share a factor. */
const forAllItems = ({ shape }: Tensor, rank: number): boolean =>
  shape.length < rank || shape[0] === 1;

/** (whole · a) · b = whole · (a · b) for factors a and b that are smaller than the whole. */
function smallFactorsFirst(node: Tensor<"mul">): Tensor | undefined {
  if (!isFloating(node.dtype)) return undefined;
  const rank = node.shape.length;
  for (const [product, second] of [node.inputs, [...node.inputs].reverse()]) {
    if (!is(product, "mul") || !sameShape(product.shape, node.shape)) continue;
    for (const [whole, first] of [product.inputs, [...product.inputs].reverse()]) {
      const small = [first, second].every((factor) => forAllItems(factor, rank));
      if (!small || !sameShape(whole.shape, node.shape)) continue;
      const together = broadcastShapes(first.shape, second.shape)!;
      if (together.length < rank || !sameShape(together, node.shape))
        return mul(whole, mul(first, second));
    }
  }
  return undefined;
}

export const factors: Identities = {
  mul: smallFactorsFirst,
  sum: (node) => sumOfVanishing(node) ?? sharedFactors(node, sum),
  mean: (node) => sharedFactors(node, mean),
};
