import { cast, div, equal, exp, mul, sub } from "../ops/elementwise.js";
import { matmul } from "../ops/linear.js";
import { broadcastTo, reshape } from "../ops/rearrange.js";
import { countAlong, cumulativeSum, sum } from "../ops/reduction.js";
import type { ReductionPrimitives } from "../primitives.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { constantRule, type GradientRules } from "./rule.js";

type Reduced = Tensor<"sum" | "mean" | "max" | "min">;

/** A reduced tensor with the reduced axes kept at length 1. */
function withAxes({ inputs: [x], attributes: { axes } }: Reduced, reduced: Tensor): Tensor {
  return reshape(
    reduced,
    x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );
}

function extreme(node: Reduced, g: Tensor): Tensor[] {
  const [x] = node.inputs;
  const winners = cast(equal(x, withAxes(node, node)), x.dtype);
  const count = sum(winners, node.attributes.axes, true);
  return [mul(winners, div(withAxes(node, g), count))];
}

/**
 * Mean of a softmax's cotangents under its probabilities, Σⱼ gᵢⱼ yᵢⱼ.
 *
 * In attention, O = y V and so g = dO Vᵀ. The sum then equals Σ dO ∘ O over the features. There are
 * fewer features than positions, and O is already computed.
 *
 * @source Dao et al. 2022, arXiv:2205.14135, appendix B.2
 */
function meanCotangent(y: Tensor<"softmax">, g: Tensor): Tensor {
  const { axis } = y.attributes;
  if (g.op === "matmul" && axis === y.shape.length - 1) {
    const { inputs, attributes } = g as Tensor<"matmul">;
    const [outputCotangent, values] = inputs;
    const { transposeA, transposeB } = attributes;
    const output = transposeA ? undefined : matmul(y, values, { transposeB: !transposeB });
    if (output !== undefined && sameShape(output.shape, outputCotangent.shape)) {
      return sum(mul(outputCotangent, output), axis, true);
    }
  }
  return sum(mul(g, y), axis, true);
}

export const reduction: GradientRules<keyof ReductionPrimitives> = {
  sum: (node, g) => [broadcastTo(withAxes(node, g), node.inputs[0].shape)],
  mean: (node, g) => {
    const [x] = node.inputs;
    const share = div(g, countAlong(x, node.attributes.axes));
    return [broadcastTo(withAxes(node, share), x.shape)];
  },
  max: extreme,
  min: extreme,
  argMax: constantRule,
  topKIndices: constantRule,
  softmax: (y, g) => [mul(sub(g, meanCotangent(y, g)), y)],
  logSoftmax: (y, g) => [sub(g, mul(exp(y), sum(g, y.attributes.axis, true)))],
  cumulativeSum: ({ attributes: { axis, exclusive, reverse } }, g) => [
    cumulativeSum(g, axis, { exclusive, reverse: !reverse }),
  ],
  axisSize: constantRule,
};
