import type { Tensor } from "../../../tensor/tensor.js";
import type { Lowering } from "../rule.js";
import { NCHWC } from "./values.js";

/**
 * The filter gradient as a blocked convolution with the axes of batch and channels swapped: of the
 * image `[C, N, H, W]` with the output gradient `[O, N, H', W']` for filters, to `[C, O, kH, kW]`.
 * Strides become dilations and the other way round.
 *
 * The image is padded beforehand: over a result as narrow as a kernel, the operator would treat
 * nearly every column as an edge. Input that a stride left over is cut off in the same go.
 */
export function lowerBlockedFilterGradient(
  node: Tensor<"convFilterGradient">,
  lowering: Lowering,
): string {
  const { graph, values, layout } = lowering;
  const { block } = layout!;
  const [x, dy] = node.inputs;
  const { strides, dilations, pads, kernelSize } = node.attributes;
  const [batch, outputs, rows, columns] = dy.shape as readonly number[];
  const [top, left] = pads;
  const [bottom, right] = [0, 1].map((axis) => {
    const reached = strides[axis] * (dy.shape[axis + 2] as number) - strides[axis] + 1;
    const needed = reached + dilations[axis] * (kernelSize[axis] - 1);
    return needed - (x.shape[axis + 2] as number) - pads[axis];
  });
  const swapped = graph.emit("Transpose", [values.ofPlain(x)], { perm: [1, 0, 2, 3] });
  const padded = [top, left, bottom, right].every((pad) => pad === 0)
    ? swapped
    : graph.emit("Pad", [swapped, graph.int64s([0, 0, top, left, 0, 0, bottom, right])]);
  const [image] = graph.emitAll("ReorderInput", [padded], {}, NCHWC);
  const split = [batch / block, block, outputs / block, rows * columns, block];
  const parts = graph.emit("Reshape", [values.ofBlocked(dy), graph.int64s(split)]);
  const turned = graph.emit("Transpose", [parts], { perm: [2, 0, 3, 1, 4] });
  const filters = graph.emit("Reshape", [turned, graph.int64s([outputs, batch, rows, columns])]);
  const attributes = {
    kernel_shape: [rows, columns],
    strides: dilations,
    dilations: strides,
    pads: [0, 0, 0, 0],
    group: 1,
  };
  const [product] = graph.emitAll("Conv", [image, filters], attributes, NCHWC);
  const [plain] = graph.emitAll("ReorderOutput", [product], { channels: outputs }, NCHWC);
  return graph.emit("Transpose", [plain], { perm: [1, 0, 2, 3] });
}
