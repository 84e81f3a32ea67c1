import type { Tensor } from "../../../tensor/tensor.js";
import type { Lowering } from "../rule.js";
import { filterGradientForm } from "./convolutions.js";
import { splitShape } from "./shapes.js";
import { NCHWC } from "./values.js";

type FilterGradient = Tensor<"convFilterGradient">;

/** Computes a filter gradient by a blocked convolution, if there is one. */
export function lowerBlockedFilterGradient(
  node: FilterGradient,
  lowering: Lowering,
): string | undefined {
  const form = filterGradientForm(node, lowering.layout!.block);
  if (form === undefined) return undefined;
  return form === "swapped" ? swapped(node, lowering) : depthwise(node, lowering);
}

/**
 * Swaps batch and channels: convolves the image `[C, N, H, W]` with the output gradient
 * `[O, N, H', W']` as filters, which gives `[C, O, kH, kW]`.
 */
function swapped(node: FilterGradient, lowering: Lowering): string {
  const { graph, values, layout } = lowering;
  const { block } = layout!;
  const [x, dy] = node.inputs;
  const [batch, outputs, rows, columns] = dy.shape as readonly number[];
  const image = graph.emit("Transpose", [values.ofPlain(x)], { perm: [1, 0, 2, 3] });
  const [blocked] = graph.emitAll("ReorderInput", [image], {}, NCHWC);
  const padded = padTurned(blocked, node, lowering);
  const split = [batch / block, block, outputs / block, rows * columns, block];
  const parts = graph.emit("Reshape", [values.ofBlocked(dy), graph.int64s(split)]);
  const turned = graph.emit("Transpose", [parts], { perm: [2, 0, 3, 1, 4] });
  const filters = graph.emit("Reshape", [turned, graph.int64s([outputs, batch, rows, columns])]);
  const product = convolve(node, padded, filters, 1, lowering);
  const [plain] = graph.emitAll("ReorderOutput", [product], { channels: outputs }, NCHWC);
  return graph.emit("Transpose", [plain], { perm: [1, 0, 2, 3] });
}

/** Pads `[C, N, H, W]` in blocks of N, whose rows are so much longer that it takes a fraction of the time. */
function padTurned(blocked: string, node: FilterGradient, lowering: Lowering): string {
  if (padsOf(node).every((pad) => pad === 0)) return blocked;
  const { graph, layout } = lowering;
  const [batch, channels, ...size] = node.inputs[0].shape as readonly number[];
  const shape = splitShape([channels, batch, ...size], layout!.block) as readonly number[];
  const split = graph.emit("Reshape", [blocked, graph.int64s(shape)]);
  return padSplit(split, [channels, batch], node, lowering);
}

/** Pads an image in the split layout. @returns it in blocks, with these two axes before rows and columns */
function padSplit(
  split: string,
  leading: readonly [number, number],
  node: FilterGradient,
  { graph }: Lowering,
): string {
  const [top, left, bottom, right] = padsOf(node);
  const [, , height, width] = node.inputs[0].shape as readonly number[];
  const padded = graph.emit("Pad", [
    split,
    graph.int64s([0, 0, top, left, 0, 0, 0, bottom, right, 0]),
  ]);
  const size = [height + top + bottom, width + left + right];
  return graph.emit("Reshape", [padded, graph.int64s([...leading, ...size])]);
}

/** Convolves every channel of every image with its own output gradient, then sums over the batch. */
function depthwise(node: FilterGradient, lowering: Lowering): string {
  const { graph, values, layout } = lowering;
  const { block } = layout!;
  const [x, dy] = node.inputs;
  const [batch, channels] = x.shape as readonly number[];
  const [, , rows, columns] = dy.shape as readonly number[];
  const [kH, kW] = node.attributes.kernelSize;
  const groups = batch * channels;
  const image = padSplit(values.ofSplit(x), [1, groups], node, lowering);
  const filters = graph.emit("Reshape", [
    values.ofBlocked(dy),
    graph.int64s([groups, 1, rows, columns]),
  ]);
  const product = convolve(node, image, filters, groups, lowering);
  const split = [batch, channels / block, kH * kW, block];
  const each = graph.emit("Reshape", [product, graph.int64s(split)]);
  const sum = graph.emit("ReduceSum", [each, graph.int64s([0])], { keepdims: 0 });
  const turned = graph.emit("Transpose", [sum], { perm: [0, 2, 1] });
  return graph.emit("Reshape", [turned, graph.int64s([channels, 1, kH, kW])]);
}

/** Strides become dilations and vice versa. */
function convolve(
  { inputs: [, dy], attributes: { strides, dilations } }: FilterGradient,
  image: string,
  filters: string,
  group: number,
  { graph }: Lowering,
): string {
  const attributes = {
    kernel_shape: dy.shape.slice(2) as readonly number[],
    strides: dilations,
    dilations: strides,
    pads: [0, 0, 0, 0],
    group,
  };
  return graph.emitAll("Conv", [image, filters], attributes, NCHWC)[0];
}

/**
 * Padding of the image that makes the result exactly as large as the kernel; negative if the stride
 * left input unused. The image is padded beforehand, because with a result as narrow as a kernel the
 * operator would treat nearly every column as an edge.
 */
function padsOf({ inputs: [x, dy], attributes }: FilterGradient): readonly number[] {
  const { strides, dilations, pads, kernelSize } = attributes;
  const after = [0, 1].map((axis) => {
    const seen = strides[axis] * ((dy.shape[axis + 2] as number) - 1) + 1;
    const needed = seen + dilations[axis] * (kernelSize[axis] - 1);
    return needed - (x.shape[axis + 2] as number) - pads[axis];
  });
  return [pads[0], pads[1], ...after];
}
