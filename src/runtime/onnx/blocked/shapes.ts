import type { PrimitiveName } from "../../../tensor/primitives.js";
import { type Shape, sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { ELEMENTWISE } from "../../elementwise.js";

/**
 * Whether a tensor fits the blocked layout `[N, C / block, H, W, block]`, which ONNX Runtime's fast
 * convolutions read and write.
 *
 * It must be an image whose channels fill whole blocks. Padding channels would take part in every
 * computation, and an infinity among them (from 1 / 0, say) would spoil a convolution.
 */
export function isBlockable({ shape, dtype }: Tensor, block: number): boolean {
  const [, channels, height, width] = shape;
  return (
    shape.length === 4 &&
    (dtype === "float32" || dtype === "bool") &&
    isWhole(channels, block) &&
    typeof height === "number" &&
    typeof width === "number" &&
    height * width > 1
  );
}

/** Whether a dimension is a positive, static multiple of the block. */
export function isWhole(dim: Shape[number], block: number): boolean {
  return typeof dim === "number" && dim > 0 && dim % block === 0;
}

/** The shape of `[N, C, H, W]` in the blocked layout: `[N, C / block, H, W, block]`. */
export function splitShape([n, channels, height, width]: Shape, block: number): Shape {
  return [n, (channels as number) / block, height, width, block];
}

const WORKS_ANYWHERE: ReadonlySet<PrimitiveName> = new Set(ELEMENTWISE);

/** How an operand broadcasts to a blocked result. */
export type Meeting = "image" | "single" | "vector" | "plane";

/**
 * - `image`: has the full shape and must be blocked too;
 * - `single`: one element;
 * - `vector`: one value per channel, `[.., C, 1, 1]`;
 * - `plane`: one value per position, `[.., 1, H, W]`.
 *
 * `undefined` for any other shape; the result cannot be computed in blocks then.
 */
export function meetingOf(operand: Tensor, shape: Shape, block: number): Meeting | undefined {
  if (operand.dtype !== "float32" && operand.dtype !== "bool") return undefined;
  if (sameShape(operand.shape, shape)) return "image";
  const rank = operand.shape.length;
  if (rank > 4) return undefined;
  const full: Shape = [...new Array<number>(4 - rank).fill(1), ...operand.shape];
  if (full.every((dim) => dim === 1)) return "single";
  if (full[1] === 1) return "plane";
  if (full[2] === 1 && full[3] === 1) return "vector";
  return isBlockable(operand, block) ? "image" : undefined;
}

/** Whether a node can be computed on blocked operands. */
export function worksInBlocks(node: Tensor, block: number): boolean {
  if (!isBlockable(node, block)) return false;
  if (WORKS_ANYWHERE.has(node.op)) {
    return node.inputs.every((operand) => meetingOf(operand, node.shape, block) !== undefined);
  }
  const blockable = node.inputs.every((operand) => isBlockable(operand, block));
  if (node.op === "concat") return blockable;
  if (node.op === "slice") return blockable && cutsWholeBlocks(node as Tensor<"slice">, block);
  if (node.op === "pad") {
    const { before, after } = (node as Tensor<"pad">).attributes;
    return blockable && node.dtype === "float32" && before[1] === 0 && after[1] === 0;
  }
  return false;
}

function cutsWholeBlocks({ attributes: { starts, steps } }: Tensor<"slice">, block: number) {
  return steps[1] === 1 && starts[1] % block === 0;
}

export function isReduction(node: Tensor): node is Tensor<"sum" | "mean" | "max" | "min"> {
  return ["sum", "mean", "max", "min"].includes(node.op);
}

/** Whether a reduction can read its operand in blocks: it must reduce over all positions. */
export function reducesInBlocks(node: Tensor, block: number): boolean {
  if (!isReduction(node)) return false;
  const { axes } = node.attributes;
  const [x] = node.inputs;
  return x.dtype === "float32" && isBlockable(x, block) && axes.includes(2) && axes.includes(3);
}
