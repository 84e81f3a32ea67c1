import type { Shape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Attributes } from "../proto.js";
import type { Lowering } from "../rule.js";
import { reshapeTo } from "../rules/rearrange.js";
import { adjointForm, type Phase, phasesAlong } from "./convolutions.js";
import {
  blockAdjointFilters,
  blockFilters,
  type Filters,
  fillVector,
  reversedTaps,
  swapWithinGroups,
} from "./filters.js";
import type { ConvolutionGroup } from "./groups.js";
import { splitShape } from "./shapes.js";
import { NCHWC } from "./values.js";

/** Computes a convolution with its bias and activation, and records the value of `end`. */
export function lowerConvolutionGroup(
  end: Tensor,
  group: ConvolutionGroup,
  lowering: Lowering,
): void {
  const { values, graph } = lowering;
  const { convolution, form } = group;
  if (convolution.op === "convInputGradient" && adjointForm(convolution) === "phases") {
    values.setSplit(end, joinPhases(convolution, group, lowering));
    return;
  }
  const value =
    convolution.op === "conv"
      ? forward(convolution, group, lowering)
      : flipped(convolution, group, lowering);
  if (form.writes === "blocked") {
    values.setBlocked(end, value);
    return;
  }
  const channels = convolution.shape[1] as number;
  values.setPlain(end, graph.emitAll("ReorderOutput", [value], { channels }, NCHWC)[0]);
}

function forward(node: Tensor<"conv">, group: ConvolutionGroup, lowering: Lowering): string {
  const { strides, pads, dilations, groups } = node.attributes;
  const filters = filtersOf(node, lowering);
  return emit(group, lowering, blockFilters(lowering.graph, filters, lowering.layout!.block), {
    kernel_shape: filters.kernel,
    strides,
    pads,
    dilations,
    group: groups,
  });
}

/** The adjoint of a convolution of stride 1: taps reversed, inputs and outputs swapped. */
function flipped(
  node: Tensor<"convInputGradient">,
  group: ConvolutionGroup,
  lowering: Lowering,
): string {
  const { graph, layout } = lowering;
  const { pads, dilations, groups } = node.attributes;
  const filters = filtersOf(node, lowering);
  const { kernel } = filters;
  const reversed = kernel.every((size) => size === 1)
    ? filters
    : reversedTaps(
        graph,
        filters,
        kernel.map((taps) => ({ last: taps - 1, taps, step: 1 })),
      );
  const { block } = layout!;
  const blocked =
    groups === 1
      ? blockAdjointFilters(graph, reversed, block)
      : blockFilters(graph, swapWithinGroups(graph, reversed, groups), block);
  return emit(group, lowering, blocked, {
    kernel_shape: kernel,
    strides: [1, 1],
    pads: pads.map((pad, side) => dilations[side % 2] * (kernel[side % 2] - 1) - pad),
    dilations,
    group: groups,
  });
}

/** The adjoint of a strided convolution: one convolution per phase, interleaved. */
function joinPhases(
  node: Tensor<"convInputGradient">,
  group: ConvolutionGroup,
  lowering: Lowering,
): string {
  const { graph, layout } = lowering;
  const { block } = layout!;
  const [strideY, strideX] = node.attributes.strides;
  const [height, width] = node.attributes.inputSize;
  const [n, channels] = node.shape;
  const size = [Math.ceil(height / strideY), Math.ceil(width / strideX)];
  const filters = filtersOf(node, lowering);
  const rows = phasesAlong(node, 0)!.map((row) => {
    const teeth = phasesAlong(node, 1)!.map((column) => {
      const value = phase(filters, row, column, node, group, lowering);
      return reshapeTo(
        value,
        [n, channels, ...size],
        splitShape([n, channels, ...size], block),
        lowering,
      );
    });
    return join(teeth, [n, channels, size[0], size[1] * strideX], 4, block, lowering);
  });
  const whole = [n, channels, size[0] * strideY, size[1] * strideX];
  const joined = join(rows, whole, 3, block, lowering);
  if (whole[2] === height && whole[3] === width) return joined;
  return graph.emit("Slice", [
    joined,
    graph.int64s([0, 0]),
    graph.int64s([height, width]),
    graph.int64s([2, 3]),
  ]);
}

/** Concatenates along an axis, then merges the concatenated parts into the axis before it. */
function join(
  parts: readonly string[],
  shape: Shape,
  axis: number,
  block: number,
  lowering: Lowering,
): string {
  if (parts.length === 1) return parts[0];
  const joined = lowering.graph.emit("Concat", parts, { axis });
  return reshapeTo(joined, shape, splitShape(shape, block), lowering);
}

function phase(
  filters: Filters,
  row: Phase,
  column: Phase,
  node: Tensor<"convInputGradient">,
  group: ConvolutionGroup,
  lowering: Lowering,
): string {
  const { graph, layout } = lowering;
  const [strideY, strideX] = node.attributes.strides;
  const taps = reversedTaps(graph, filters, [
    { ...row, step: strideY },
    { ...column, step: strideX },
  ]);
  return emit(group, lowering, blockAdjointFilters(graph, taps, layout!.block), {
    kernel_shape: [row.taps, column.taps],
    strides: [1, 1],
    pads: [row.before, column.before, row.after, column.after],
    dilations: [1, 1],
    group: 1,
  });
}

function filtersOf({ inputs: [, filters] }: Tensor, lowering: Lowering): Filters {
  const [outputs, perGroup, kH, kW] = filters.shape as readonly number[];
  return { value: lowering.valueOf(filters), outputs, perGroup, kernel: [kH, kW] };
}

function emit(
  { convolution, form, bias, activation }: ConvolutionGroup,
  lowering: Lowering,
  filters: string,
  attributes: Attributes,
): string {
  const { graph, values, layout } = lowering;
  const [x] = convolution.inputs;
  const image = form.reads === "blocked" ? values.ofBlocked(x) : values.ofPlain(x);
  const operands = [image, filters];
  if (bias !== undefined) {
    const channels = convolution.shape[1] as number;
    operands.push(fillVector(graph, values.ofPlain(bias), channels, layout!.block));
  }
  const all = activation === undefined ? attributes : { ...attributes, activation };
  return graph.emitAll("Conv", operands, all, NCHWC)[0];
}
