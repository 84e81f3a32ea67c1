import type { DType } from "../../../tensor/dtype.js";
import { isStatic, type Shape } from "../../../tensor/shape.js";
import type { Lowering, LoweringRules } from "../rule.js";
import { repeatOverTiles } from "./tiles.js";

/** ONNX's notation for a slice to the end, or down to the start if the step is negative. */
const TO_END = 2 ** 31 - 1;
const TO_START = -(2 ** 31 - 1);

/**
 * Reshapes a value. The target is a literal wherever possible: a dimension that keeps its axis becomes 0
 * and a single remaining one becomes −1, so most symbolic shapes need no arithmetic. In a full shape, a
 * 0 is an empty axis.
 */
export function reshapeTo(value: string, from: Shape, to: Shape, lowering: Lowering): string {
  const { graph, dims } = lowering;
  if (isStatic(to) && !to.includes(0)) return graph.emit("Reshape", [value, graph.int64s(to)]);
  const kept = to.map((dim, axis) => typeof dim === "string" && dim === from[axis]);
  const leftOver = to.filter((dim, axis) => typeof dim === "string" && !kept[axis]).length;
  const empty = [...from, ...to].includes(0);
  if (leftOver > 1 || empty) {
    return graph.emit("Reshape", [value, dims.shape(to)], { allowzero: 1 });
  }
  const literal = to.map((dim, axis) => {
    if (typeof dim === "number") return dim;
    return kept[axis] ? 0 : -1;
  });
  return graph.emit("Reshape", [value, graph.int64s(literal)]);
}

/**
 * Broadcasts a value to another shape. `Expand` broadcasts both ways, so an axis that keeps its length
 * may be 1 in the target.
 */
export function expand(
  value: string,
  dtype: DType,
  from: Shape,
  to: Shape,
  { graph, dims }: Lowering,
): string {
  const extra = to.length - from.length;
  const target = dims.shape(to.map((dim, axis) => (dim === from[axis - extra] ? 1 : dim)));
  const expanded = graph.emit("Expand", [value, target]);
  // ONNX cannot infer the symbols of a computed target. Without them, ONNX Runtime takes many times as
  // long to load a long chain of operators.
  return isStatic(to) ? expanded : graph.declare(expanded, dtype, to);
}

export const rearrange: LoweringRules<
  "reshape" | "transpose" | "broadcastTo" | "slice" | "flip" | "concat" | "pad"
> = {
  reshape: ({ inputs: [x], shape }, [value], lowering) =>
    reshapeTo(value, x.shape, shape, lowering),
  transpose: ({ attributes: { permutation } }, operands, { graph }) =>
    graph.emit("Transpose", operands, { perm: permutation }),
  broadcastTo: (node, [value], lowering) =>
    repeatOverTiles(node, value, lowering) ??
    expand(value, node.dtype, node.inputs[0].shape, node.shape, lowering),
  slice: ({ inputs: [x], attributes: { starts, ends, steps } }, [value], { graph }) => {
    const axes = x.shape.flatMap((dim, axis) => {
      const whole = starts[axis] === 0 && steps[axis] === 1;
      return whole && (ends[axis] === null || ends[axis] === dim) ? [] : [axis];
    });
    return graph.emit("Slice", [
      value,
      graph.int64s(axes.map((axis) => starts[axis])),
      graph.int64s(axes.map((axis) => ends[axis] ?? TO_END)),
      graph.int64s(axes),
      graph.int64s(axes.map((axis) => steps[axis])),
    ]);
  },
  flip: ({ attributes: { axes } }, [value], { graph }) =>
    graph.emit("Slice", [
      value,
      graph.int64s(axes.map(() => -1)),
      graph.int64s(axes.map(() => TO_START)),
      graph.int64s(axes),
      graph.int64s(axes.map(() => -1)),
    ]),
  concat: ({ attributes: { axis } }, operands, { graph }) =>
    graph.emit("Concat", operands, { axis }),
  pad: ({ dtype, attributes: { before, after, value } }, [x], { graph }) =>
    graph.emit("Pad", [x, graph.int64s([...before, ...after]), graph.scalar(dtype, value)]),
};
