import type { ConvAttributes } from "../../../tensor/primitives.js";
import type { Shape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Lowering, LoweringRules } from "../rule.js";
import { lowerFilterGradient } from "./filter-gradient.js";

function attributesOf({ strides, pads, dilations, groups }: ConvAttributes, kernel: Shape) {
  return { strides, pads, dilations, group: groups, kernel_shape: kernel as readonly number[] };
}

/** The adjoint of a convolution of any stride. */
function transposedConvolution(
  node: Tensor<"convInputGradient">,
  operands: readonly string[],
  { graph }: Lowering,
): string {
  const { strides, pads, dilations, inputSize } = node.attributes;
  const [dy, filters] = node.inputs;
  const outputPadding = ([0, 1] as const).map((axis) => {
    const reached =
      ((dy.shape[axis + 2] as number) - 1) * strides[axis] +
      dilations[axis] * ((filters.shape[axis + 2] as number) - 1) +
      1;
    return inputSize[axis] + pads[axis] + pads[axis + 2] - reached;
  });
  return graph.emit("ConvTranspose", operands, {
    ...attributesOf(node.attributes, filters.shape.slice(2)),
    output_padding: outputPadding,
  });
}

/**
 * The adjoint of a convolution of stride 1: a convolution with spatially flipped filters whose inputs
 * and outputs are swapped. It is faster than `ConvTranspose`.
 */
function flippedConvolution(
  node: Tensor<"convInputGradient">,
  [dy, filters]: readonly string[],
  lowering: Lowering,
): string {
  const { graph } = lowering;
  const { pads, dilations, groups } = node.attributes;
  const [outputs, perGroup, kH, kW] = node.inputs[1].shape as readonly number[];
  const flipped = graph.emit("Slice", [
    filters,
    graph.int64s([-1, -1]),
    graph.int64s([-(2 ** 31 - 1), -(2 ** 31 - 1)]),
    graph.int64s([2, 3]),
    graph.int64s([-1, -1]),
  ]);
  let swapped: string;
  if (groups === 1) {
    swapped = graph.emit("Transpose", [flipped], { perm: [1, 0, 2, 3] });
  } else {
    const each = outputs / groups;
    const grouped = graph.emit("Reshape", [
      flipped,
      graph.int64s([groups, each, perGroup, kH, kW]),
    ]);
    const turned = graph.emit("Transpose", [grouped], { perm: [0, 2, 1, 3, 4] });
    swapped = graph.emit("Reshape", [turned, graph.int64s([groups * perGroup, each, kH, kW])]);
  }
  const reach = [dilations[0] * (kH - 1), dilations[1] * (kW - 1)];
  return graph.emit("Conv", [dy, swapped], {
    strides: [1, 1],
    dilations,
    group: groups,
    kernel_shape: [kH, kW],
    pads: pads.map((pad, side) => reach[side % 2] - pad),
  });
}

function flippable({ attributes, inputs: [, filters] }: Tensor<"convInputGradient">): boolean {
  const { strides, pads, dilations } = attributes;
  const [kH, kW] = filters.shape.slice(2) as readonly number[];
  const reach = [dilations[0] * (kH - 1), dilations[1] * (kW - 1)];
  return strides.every((stride) => stride === 1) && pads.every((pad, k) => pad <= reach[k % 2]);
}

export const convolution: LoweringRules<
  "conv" | "convInputGradient" | "convFilterGradient" | "maxPool" | "maxPoolIndices"
> = {
  conv: ({ inputs: [, filters], attributes }, operands, { graph }) =>
    graph.emit("Conv", operands, attributesOf(attributes, filters.shape.slice(2))),
  convInputGradient: (node, operands, lowering) =>
    flippable(node)
      ? flippedConvolution(node, operands, lowering)
      : transposedConvolution(node, operands, lowering),
  convFilterGradient: lowerFilterGradient,
  maxPool: (node, operands, lowering) => {
    const positions = lowering.sibling(node, "maxPoolIndices");
    const [value, indices] = pool(node, operands, lowering, positions ? 2 : 1);
    if (positions) lowering.record(positions, indices);
    return value;
  },
  maxPoolIndices: (node, operands, lowering) => pool(node, operands, lowering, 2)[1],
};

function pool(
  { attributes: { kernel, strides, pads } }: Tensor<"maxPool" | "maxPoolIndices">,
  operands: readonly string[],
  { graph }: Lowering,
  results: number,
): string[] {
  return graph.emitAll("MaxPool", operands, { kernel_shape: kernel, strides, pads }, { results });
}
