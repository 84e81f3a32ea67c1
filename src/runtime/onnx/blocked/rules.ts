import type { PrimitiveName } from "../../../tensor/primitives.js";
import { type Shape, sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Lowering, LoweringRule } from "../rule.js";
import { reshapeTo } from "../rules/rearrange.js";
import { type Meeting, meetingOf, splitShape } from "./shapes.js";

/**
 * Computes a node on blocked operands with its ordinary rule, and records its value. If all operands
 * have the result's shape, they are used in the shape they already have.
 */
export function lowerInBlocks(
  node: Tensor,
  rule: LoweringRule<PrimitiveName>,
  lowering: Lowering,
): void {
  const { values, layout } = lowering;
  const { block } = layout!;
  if (node.op === "concat" || node.op === "slice" || node.op === "pad") {
    const operands = node.inputs.map((operand) => values.ofSplit(operand));
    values.setSplit(node, rule(inSplitAxes(node, block), operands, lowering));
    return;
  }
  const meetings = node.inputs.map((operand) => meetingOf(operand, node.shape, block)!);
  const broadcasts = node.inputs.some(
    (operand, position) => meetings[position] !== "single" && !sameShape(operand.shape, node.shape),
  );
  const splits = broadcasts || node.inputs.some((operand) => values.hasSplit(operand));
  const read: { readonly [M in Meeting]: (operand: Tensor) => string } = {
    single: (operand) => values.ofPlain(operand),
    image: (operand) => (splits ? values.ofSplit(operand) : values.ofBlocked(operand)),
    vector: (operand) => spreadVector(operand, node.shape, lowering),
    plane: (operand) => plane(operand, lowering),
  };
  const operands = node.inputs.map((operand, position) => read[meetings[position]](operand));
  const value = rule(node, operands, lowering);
  if (splits) values.setSplit(node, value);
  else values.setBlocked(node, value);
}

/** A node's attributes for operands `[N, C / block, H, W, block]`. */
function inSplitAxes(node: Tensor, block: number): Tensor {
  const inputs = node.inputs.map((operand) => ({
    ...operand,
    shape: splitShape(operand.shape, block),
  }));
  const shape = splitShape(node.shape, block);
  if (node.op === "slice") {
    const { starts, ends, steps } = (node as Tensor<"slice">).attributes;
    const [first, channel, ...rest] = starts;
    const [end, lastChannel, ...ends2] = ends;
    const attributes = {
      starts: [first, channel / block, ...rest, 0],
      ends: [end, lastChannel === null ? null : lastChannel / block, ...ends2, null],
      steps: [...steps, 1],
    };
    return { ...node, inputs, shape, attributes };
  }
  if (node.op === "pad") {
    const { before, after, value } = (node as Tensor<"pad">).attributes;
    return {
      ...node,
      inputs,
      shape,
      attributes: { before: [...before, 0], after: [...after, 0], value },
    };
  }
  return { ...node, inputs, shape };
}

/**
 * One value per channel, repeated along the width: ONNX Runtime broadcasts runs as long as a row 2.5
 * times as fast as runs of one block.
 */
function spreadVector(operand: Tensor, [, , , width]: Shape, lowering: Lowering): string {
  const { graph, layout } = lowering;
  const { block } = layout!;
  const [n, channels] = fourAxes(operand);
  const split = [n, (channels as number) / block, 1, 1, block];
  const vector = reshape(operand, split, lowering);
  return graph.emit("Expand", [vector, graph.int64s([1, 1, 1, width as number, 1])]);
}

/** One value per position, the same for all channels. */
function plane(operand: Tensor, lowering: Lowering): string {
  const [n, , height, width] = fourAxes(operand);
  return reshape(operand, [n, 1, height, width, 1], lowering);
}

function fourAxes({ shape }: Tensor): Shape {
  return [...new Array<number>(4 - shape.length).fill(1), ...shape];
}

function reshape(operand: Tensor, to: Shape, lowering: Lowering): string {
  return reshapeTo(lowering.values.ofPlain(operand), operand.shape, to, lowering);
}

const REDUCTIONS = { sum: "ReduceSum", mean: "ReduceMean", max: "ReduceMax", min: "ReduceMin" };

/**
 * Reduces a blocked image over its positions first, then over channels and the batch. Each of the two
 * steps reduces one axis, for which ONNX Runtime's kernels are vectorised.
 */
export function reduceInBlocks(
  node: Tensor<"sum" | "mean" | "max" | "min">,
  lowering: Lowering,
): string {
  const { graph, values, layout } = lowering;
  const { block } = layout!;
  const [x] = node.inputs;
  const [n, channels, height, width] = x.shape;
  const positions = (height as number) * (width as number);
  const rows = graph.emit("Reshape", [values.ofSplit(x), graph.int64s([-1, positions, block])]);
  const reduce = (value: string, axes: readonly number[]) =>
    node.op === "sum"
      ? graph.emit("ReduceSum", [value, graph.int64s(axes)], { keepdims: 0 })
      : graph.emit(REDUCTIONS[node.op], [value], { axes, keepdims: 0 });
  const flat = reduce(rows, [1]);
  const perImage = graph.emit("Reshape", [flat, graph.int64s([-1, channels as number])]);
  const rest = node.attributes.axes.filter((axis) => axis < 2);
  const reduced = rest.length === 0 ? perImage : reduce(perImage, rest);
  const left = [n, channels].filter((_, axis) => !rest.includes(axis));
  if (sameShape(left, node.shape)) return reduced;
  return reshapeTo(reduced, left, node.shape, lowering);
}
