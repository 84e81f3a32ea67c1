import { elementCount, isStatic } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { castValue } from "../cast.js";
import type { Lowering, LoweringRule, LoweringRules } from "../rule.js";
import { reduceTiles } from "./tiles.js";

type Reduced = "sum" | "mean" | "max" | "min";

const OPERATORS = { mean: "ReduceMean", max: "ReduceMax", min: "ReduceMin" } as const;

/** Reductions that take their axes as an attribute in our version of the operator set. */
function reduceWithAttribute<P extends Exclude<Reduced, "sum">>(op: P): LoweringRule<P> {
  return ({ attributes: { axes, keepDims } }, operands, { graph }) =>
    graph.emit(OPERATORS[op], operands, { axes, keepdims: keepDims ? 1 : 0 });
}

/** Number of rows that a sum or mean over leading axes takes; `undefined` for any other. */
function rowsOf({ inputs: [x], attributes: { axes }, dtype }: Tensor<"sum" | "mean">) {
  const leading = axes.every((axis, position) => axis === position);
  const { shape } = x;
  if (!leading || axes.length === shape.length || dtype !== "float32") return undefined;
  const filled = isStatic(shape) && shape.every((dim) => dim > 0);
  return filled ? elementCount(shape.slice(0, axes.length)) : undefined;
}

/** A sum or mean of rows as a product with a row of equal weights, which takes at most half the time. */
function productWithRow(node: Tensor<"sum" | "mean">, x: string, rows: number, lowering: Lowering) {
  const { graph, dims } = lowering;
  const isMatrix = node.inputs[0].shape.length === 2;
  const matrix = isMatrix ? x : graph.emit("Reshape", [x, graph.int64s([rows, -1])]);
  const weight = node.op === "sum" ? 1 : 1 / rows;
  const sums = graph.emit("MatMul", [graph.filled("float32", [1, rows], weight), matrix]);
  return graph.emit("Reshape", [sums, dims.shape(node.shape)]);
}

/** A sum or mean as a product with a constant matrix, where that is faster; `undefined` elsewhere. */
function reduceByProduct(node: Tensor<"sum" | "mean">, x: string, lowering: Lowering) {
  if (lowering.mode !== "session") return undefined;
  const rows = rowsOf(node);
  return rows === undefined
    ? reduceTiles(node, x, lowering)
    : productWithRow(node, x, rows, lowering);
}

/**
 * Whether ONNX Runtime would move the axis to the end and back, which takes several times as long as the
 * softmax itself.
 */
const turnsForSoftmax = (
  { shape, attributes: { axis } }: Tensor<"softmax" | "logSoftmax">,
  { mode }: Lowering,
): boolean => mode === "session" && shape.slice(axis + 1).some((dim) => dim !== 1);

/** x less its maximum along the axis, the exponentials of that, and their sum. */
function exponentialsAlong(
  { attributes: { axis } }: Tensor<"softmax" | "logSoftmax">,
  operands: readonly string[],
  { graph }: Lowering,
) {
  const maximum = graph.emit("ReduceMax", operands, { axes: [axis], keepdims: 1 });
  const shifted = graph.emit("Sub", [...operands, maximum]);
  const exponentials = graph.emit("Exp", [shifted]);
  const sum = graph.emit("ReduceSum", [exponentials, graph.int64s([axis])], { keepdims: 1 });
  return { shifted, exponentials, sum };
}

export const reduction: LoweringRules<
  Reduced | "argMax" | "topKIndices" | "softmax" | "logSoftmax" | "cumulativeSum" | "axisSize"
> = {
  sum: (node, [x], lowering) => {
    const { axes, keepDims } = node.attributes;
    const { graph } = lowering;
    return (
      reduceByProduct(node, x, lowering) ??
      graph.emit("ReduceSum", [x, graph.int64s(axes)], { keepdims: keepDims ? 1 : 0 })
    );
  },
  mean: (node, [x], lowering) =>
    reduceByProduct(node, x, lowering) ?? reduceWithAttribute("mean")(node, [x], lowering),
  max: reduceWithAttribute("max"),
  min: reduceWithAttribute("min"),
  argMax: ({ inputs: [x], attributes: { axis } }, [value], { graph }) => {
    const first = (values: string) =>
      graph.emit("ArgMax", [values], { axis, keepdims: 0, select_last_index: 0 });
    if (x.dtype !== "int64") return first(value);
    // ONNX Runtime has no ArgMax for int64: the first element that equals the maximum.
    const largest = graph.emit("ReduceMax", [value], { axes: [axis], keepdims: 1 });
    return first(castValue(graph, graph.emit("Equal", [value, largest]), "bool", "int32"));
  },
  topKIndices: ({ attributes: { axis, k } }, [x], { graph }) =>
    graph.emitAll(
      "TopK",
      [x, graph.int64s([k])],
      { axis, largest: 1, sorted: 1 },
      { results: 2 },
    )[1],
  softmax: (node, operands, lowering) => {
    if (turnsForSoftmax(node, lowering)) {
      const { exponentials, sum } = exponentialsAlong(node, operands, lowering);
      return lowering.graph.emit("Div", [exponentials, sum]);
    }
    return lowering.graph.emit("Softmax", operands, { axis: node.attributes.axis });
  },
  logSoftmax: (node, operands, lowering) => {
    const { graph } = lowering;
    if (turnsForSoftmax(node, lowering)) {
      const { shifted, sum } = exponentialsAlong(node, operands, lowering);
      return graph.emit("Sub", [shifted, graph.emit("Log", [sum])]);
    }
    return graph.emit("LogSoftmax", operands, { axis: node.attributes.axis });
  },
  cumulativeSum: ({ attributes: { axis, exclusive, reverse } }, [x], { graph }) =>
    graph.emit("CumSum", [x, graph.scalar("int64", axis)], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    }),
  axisSize: ({ inputs: [x], attributes: { axis, dtype } }, _, { graph, dims }) => {
    const size = x.shape[axis];
    if (typeof size === "number") return graph.scalar(dtype, size);
    const scalar = graph.emit("Squeeze", [dims.vector(size), graph.int64s([0])]);
    return castValue(graph, scalar, "int64", dtype);
  },
};
