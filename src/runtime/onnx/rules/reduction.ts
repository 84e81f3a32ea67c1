import { castValue } from "../cast.js";
import type { LoweringRule, LoweringRules } from "../rule.js";

type Reduced = "sum" | "mean" | "max" | "min";

const OPERATORS = { mean: "ReduceMean", max: "ReduceMax", min: "ReduceMin" } as const;

/** Reductions whose axes are an attribute in the operator set that we target. */
function reduceWithAttribute<P extends Exclude<Reduced, "sum">>(op: P): LoweringRule<P> {
  return ({ attributes: { axes, keepDims } }, operands, { graph }) =>
    graph.emit(OPERATORS[op], operands, { axes, keepdims: keepDims ? 1 : 0 });
}

export const reduction: LoweringRules<
  Reduced | "argMax" | "softmax" | "logSoftmax" | "cumulativeSum" | "axisSize"
> = {
  sum: ({ attributes: { axes, keepDims } }, [x], { graph }) =>
    graph.emit("ReduceSum", [x, graph.int64s(axes)], { keepdims: keepDims ? 1 : 0 }),
  mean: reduceWithAttribute("mean"),
  max: reduceWithAttribute("max"),
  min: reduceWithAttribute("min"),
  argMax: ({ inputs: [x], attributes: { axis } }, [value], { graph }) => {
    const ordered = x.dtype === "int64" || x.dtype === "bool" ? "int32" : x.dtype;
    const comparable = castValue(graph, value, x.dtype, ordered);
    return graph.emit("ArgMax", [comparable], { axis, keepdims: 0, select_last_index: 0 });
  },
  softmax: ({ attributes: { axis } }, operands, { graph }) =>
    graph.emit("Softmax", operands, { axis }),
  logSoftmax: ({ attributes: { axis } }, operands, { graph }) =>
    graph.emit("LogSoftmax", operands, { axis }),
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
