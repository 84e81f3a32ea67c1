import type { Tensor } from "../../../tensor/tensor.js";
import { isWhole } from "./shapes.js";

export type Convolution = Tensor<"conv"> | Tensor<"convInputGradient">;

export function isConvolution(node: Tensor): node is Convolution {
  return node.op === "conv" || node.op === "convInputGradient";
}

/** The layouts in which a convolution with blocked filters reads its image and writes its result. */
export interface BlockedForm {
  readonly reads: "blocked" | "plain";
  readonly writes: "blocked" | "plain";
}

/** `ReorderInput` needs a multiple of four channels, and pads them to a whole block with zeros. */
const ALIGNMENT = 4;

/**
 * How the blocked operator computes a convolution or its adjoint. `undefined` if it cannot, or if the
 * result has fewer channels than a block, in which case `Conv` is faster.
 */
export function blockedForm(node: Convolution, block: number): BlockedForm | undefined {
  const [from, to] = [node.inputs[0].shape[1], node.shape[1]] as readonly number[];
  const { groups } = node.attributes;
  if (node.dtype !== "float32" || to < block) return undefined;
  if ((node.shape[2] as number) * (node.shape[3] as number) === 1) return undefined;
  if (node.op === "convInputGradient" && adjointForm(node) === undefined) return undefined;
  const writes = isWhole(to, block) ? "blocked" : "plain";
  if (groups > 1) {
    const depthwise = from === groups && to === groups;
    const whole = isWhole(from / groups, block) && isWhole(to / groups, block);
    return writes === "blocked" && (depthwise || whole) ? { reads: "blocked", writes } : undefined;
  }
  if (node.op === "convInputGradient" && adjointForm(node) === "phases") {
    // The phases are interleaved in the blocked layout.
    if (writes === "plain" || from < block) return undefined;
  }
  if (from < block) return { reads: "plain", writes };
  return from % ALIGNMENT === 0 ? { reads: "blocked", writes } : undefined;
}

/**
 * The adjoint of a convolution of stride 1 is one convolution with flipped filters. With a larger
 * stride it is one such convolution per phase of the stride, with the taps that reach the phase.
 */
export function adjointForm(node: Tensor<"convInputGradient">): "flipped" | "phases" | undefined {
  const { strides, pads, dilations, groups } = node.attributes;
  const kernel = node.inputs[1].shape.slice(2) as readonly number[];
  if (strides.every((stride) => stride === 1)) {
    const fits = pads.every((pad, side) => pad <= dilations[side % 2] * (kernel[side % 2] - 1));
    return fits ? "flipped" : undefined;
  }
  if (groups !== 1 || dilations.some((dilation) => dilation !== 1)) return undefined;
  return phasesAlong(node, 0) && phasesAlong(node, 1) ? "phases" : undefined;
}

/** The taps that contribute to rows (or columns) `phase`, `phase + stride`, … of an adjoint. */
export interface Phase {
  /** The last tap; the others precede it at distances of the stride. */
  readonly last: number;
  readonly taps: number;
  /** Zeros before and after the output gradient. */
  readonly before: number;
  readonly after: number;
}

/** The phases along an axis; `undefined` if one has no tap or would cut off gradients. */
export function phasesAlong(node: Tensor<"convInputGradient">, axis: 0 | 1): Phase[] | undefined {
  const { strides, pads, inputSize } = node.attributes;
  const [dy, filters] = node.inputs.map(({ shape }) => shape[axis + 2] as number);
  const [stride, pad] = [strides[axis], pads[axis]];
  const count = Math.ceil(inputSize[axis] / stride);
  const phases: Phase[] = [];
  for (let phase = 0; phase < stride; phase++) {
    const first = (phase + pad) % stride;
    if (first >= filters) return undefined;
    const taps = Math.floor((filters - 1 - first) / stride) + 1;
    const last = first + (taps - 1) * stride;
    const before = (last - phase - pad) / stride;
    const after = count + (phase + pad - first) / stride - dy;
    if (before < 0 || after < 0) return undefined;
    phases.push({ last, taps, before, after });
  }
  return phases;
}

/**
 * How to compute a filter gradient as a blocked convolution of the images, with the output gradient as
 * filters: `swapped` exchanges batch and channels, `depthwise` makes every channel of every image its
 * own group. `undefined` if neither is possible or useful.
 */
export function filterGradientForm(
  { inputs: [x, dy], attributes: { groups, kernelSize }, dtype }: Tensor<"convFilterGradient">,
  block: number,
): "swapped" | "depthwise" | undefined {
  const [batch, channels, height, width] = x.shape;
  const [, outputs, rows, columns] = dy.shape as readonly number[];
  const known = dtype === "float32" && typeof batch === "number" && batch > 0;
  if (!known || !isWhole(outputs, block) || rows * columns === 1) return undefined;
  if (groups === 1) {
    return isWhole(batch, block) && kernelSize[0] * kernelSize[1] > 1 ? "swapped" : undefined;
  }
  const depthwise = channels === groups && outputs === groups;
  return depthwise && (height as number) * (width as number) > 1 ? "depthwise" : undefined;
}
