import { ShapeError } from "../errors.js";
import { convFilterGradient, convInputGradient } from "../ops/convolution.js";
import { gather, scatterAdd, scatterAddAlong, takeAlong } from "../ops/indexing.js";
import { matmul } from "../ops/linear.js";
import { maxPoolIndices } from "../ops/pooling.js";
import { reshape } from "../ops/rearrange.js";
import { productOfDims } from "../shape.js";
import { makeNode, type Tensor } from "../tensor.js";
import { constantRule, type GradientRules, sumToShape } from "./rule.js";

/** A convolution with the attributes of one of its adjoints. */
function conv(
  x: Tensor,
  filters: Tensor,
  node: Tensor<"convInputGradient" | "convFilterGradient">,
  shape: Tensor["shape"],
) {
  const { strides, pads, dilations, groups } = node.attributes;
  return makeNode("conv", [x, filters], { strides, pads, dilations, groups }, shape, x.dtype);
}

const spatial = ({ shape }: Tensor): [number, number] => [shape[2] as number, shape[3] as number];

/** Length of a gathered axis, which the adjoint needs. */
function lengthOf(x: Tensor, axis: number): number {
  const length = x.shape[axis];
  if (typeof length !== "number") {
    throw new ShapeError("gather", "its gradient needs a static axis", [x.shape]);
  }
  return length;
}

/**
 * Reshapes `[..., M, K]` to one matrix. The gradient of a weight shared by the whole batch is then a
 * single product instead of a sum of one product per item.
 */
function foldLeading(x: Tensor): Tensor {
  return reshape(x, [productOfDims(x.shape.slice(0, -1)), x.shape[x.shape.length - 1]]);
}

/** Rules of primitives that are linear in each operand: products, convolutions and look-ups. */
export const linear: GradientRules<
  | "matmul"
  | "conv"
  | "convInputGradient"
  | "convFilterGradient"
  | "maxPool"
  | "maxPoolIndices"
  | "gather"
  | "scatterAdd"
  | "takeAlong"
  | "scatterAddAlong"
> = {
  matmul: ({ inputs: [a, b], attributes: { transposeA, transposeB } }, g) => {
    const folded = !transposeA && b.shape.length === 2;
    const da = transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB });
    const [left, right] = folded ? [foldLeading(a), foldLeading(g)] : [a, g];
    const db = transposeB
      ? matmul(right, left, { transposeA: true, transposeB: transposeA })
      : matmul(left, right, { transposeA: !transposeA });
    return [sumToShape(da, a.shape), sumToShape(db, b.shape)];
  },
  conv: ({ inputs: [x, filters], attributes }, g) => [
    convInputGradient(g, filters, attributes, spatial(x)),
    convFilterGradient(x, g, attributes, spatial(filters)),
  ],
  convInputGradient: (node, g) => {
    const [dy, filters] = node.inputs;
    return [
      conv(g, filters, node, dy.shape),
      convFilterGradient(g, dy, node.attributes, spatial(filters)),
    ];
  },
  convFilterGradient: (node, g) => {
    const [x, dy] = node.inputs;
    return [convInputGradient(dy, g, node.attributes, spatial(x)), conv(x, g, node, dy.shape)];
  },
  maxPool: ({ inputs: [x], attributes }, g) => {
    const total = productOfDims(x.shape);
    const positions = reshape(maxPoolIndices(x, attributes), [productOfDims(g.shape)]);
    const flat = reshape(g, [productOfDims(g.shape)]);
    return [reshape(scatterAddAlong(flat, positions, 0, total), x.shape)];
  },
  maxPoolIndices: constantRule,
  gather: ({ inputs: [x, indices], attributes: { axis } }, g) => [
    scatterAdd(g, indices, axis, lengthOf(x, axis)),
    null,
  ],
  scatterAdd: ({ inputs: [, indices], attributes: { axis } }, g) => [
    gather(g, indices, axis),
    null,
  ],
  takeAlong: ({ inputs: [x, indices], attributes: { axis } }, g) => [
    scatterAddAlong(g, indices, axis, x.shape[axis]),
    null,
  ],
  scatterAddAlong: ({ inputs: [, indices], attributes: { axis } }, g) => [
    takeAlong(g, indices, axis),
    null,
  ],
};
