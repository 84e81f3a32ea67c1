import { cast, div, equal, exp, mul, sub } from "../ops/elementwise.js";
import { broadcastTo, reshape } from "../ops/rearrange.js";
import { countAlong, cumulativeSum, sum } from "../ops/reduction.js";
import type { ReductionPrimitives } from "../primitives.js";
import type { Tensor } from "../tensor.js";
import { constantRule, type GradientRules } from "./rule.js";

type Reduced = Tensor<"sum" | "mean" | "max" | "min">;

/** A reduced tensor with its axes kept at length 1. */
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

export const reduction: GradientRules<keyof ReductionPrimitives> = {
  sum: (node, g) => [broadcastTo(withAxes(node, g), node.inputs[0].shape)],
  mean: (node, g) => {
    const [x] = node.inputs;
    const share = div(withAxes(node, g), countAlong(x, node.attributes.axes));
    return [broadcastTo(share, x.shape)];
  },
  max: extreme,
  min: extreme,
  argMax: constantRule,
  softmax: (y, g) => {
    const weighted = mul(g, y);
    return [sub(weighted, mul(y, sum(weighted, y.attributes.axis, true)))];
  },
  logSoftmax: (y, g) => [sub(g, mul(exp(y), sum(g, y.attributes.axis, true)))],
  cumulativeSum: ({ attributes: { axis, exclusive, reverse } }, g) => [
    cumulativeSum(g, axis, { exclusive, reverse: !reverse }),
  ],
  axisSize: constantRule,
};
