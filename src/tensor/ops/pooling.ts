import { ShapeError } from "../errors.js";
import type { PoolAttributes } from "../primitives.js";
import { productOfDims } from "../shape.js";
import { constant, full, makeNode, requireFloating, type Tensor } from "../tensor.js";
import {
  convOutputSize,
  convolve2d,
  type Padding,
  type Pair,
  toPads,
  toPair,
} from "./convolution.js";
import { div } from "./elementwise.js";
import { matmul } from "./linear.js";
import { broadcastTo, reshape, transpose } from "./rearrange.js";
import { mean } from "./reduction.js";

export interface PoolOptions {
  readonly kernel: Pair;
  /** Defaults to the kernel size, so that windows do not overlap. */
  readonly stride?: Pair;
  readonly padding?: Padding;
}

/** @throws ShapeError when an option is out of range; padding must be smaller than the kernel */
function toAttributes(operator: string, options: PoolOptions): PoolAttributes {
  const { kernel, stride = kernel, padding = 0 } = options;
  const result = { kernel: toPair(kernel), strides: toPair(stride), pads: toPads(padding) };
  const whole = (value: number) => Number.isInteger(value);
  const valid =
    [...result.kernel, ...result.strides].every((value) => whole(value) && value > 0) &&
    result.pads.every(
      (value, side) => whole(value) && value >= 0 && value < result.kernel[side % 2],
    );
  if (valid) return result;
  throw new ShapeError(operator, `the options ${JSON.stringify(options)} are out of range`);
}

function requireImages(operator: string, x: Tensor): void {
  requireFloating(operator, x);
  if (x.shape.length !== 4) throw new ShapeError(operator, "needs [N, C, H, W]", [x.shape]);
}

function pool(op: "maxPool" | "maxPoolIndices", x: Tensor, attributes: PoolAttributes): Tensor {
  requireImages("maxPool2d", x);
  const size = poolSize("maxPool2d", x, attributes);
  const dtype = op === "maxPool" ? x.dtype : "int64";
  return makeNode(op, [x], attributes, [...x.shape.slice(0, 2), ...size], dtype);
}

function poolSize(op: string, x: Tensor, { kernel, strides, pads }: PoolAttributes) {
  const window = { strides, pads, dilations: [1, 1] } as const;
  return convOutputSize(op, x.shape.slice(2), kernel, window, [x.shape]);
}

/**
 * Largest value in each window of [N, C, H, W]; padding is never the maximum. Do not rely on how NaN
 * is treated: the interpreter returns NaN, ONNX Runtime's CPU kernel ignores it.
 */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  return pool("maxPool", x, toAttributes("maxPool2d", options));
}

/** Flat row-major position of each window's maximum in the input, the first of equals; int64. */
export function maxPoolIndices(x: Tensor, attributes: PoolAttributes): Tensor {
  return pool("maxPoolIndices", x, attributes);
}

/**
 * Mean of each window of [N, C, H, W].
 *
 * Padding does not count: at the border, the mean is over the pixels that the window covers.
 */
export function averagePool2d(x: Tensor, options: PoolOptions): Tensor {
  const { kernel, strides, pads } = toAttributes("averagePool2d", options);
  requireImages("averagePool2d", x);
  const [n, c, h, w] = x.shape;
  const [rows, columns] = poolSize("averagePool2d", x, { kernel, strides, pads });
  const [kH, kW] = kernel;
  const sideBySide = kH === strides[0] && kW === strides[1] && pads.every((width) => width === 0);
  const tiled = sideBySide && rows * kH === h && columns * kW === w;
  if (tiled) return mean(reshape(x, [n, c, rows, kH, columns, kW]), [3, 5]);
  const options2d = { stride: strides, padding: pads } as const;
  const ones = full([1, 1, kH, kW], 1, x.dtype);
  const sums = convolve2d(reshape(x, [productOfDims([n, c]), 1, h, w]), ones, options2d);
  const covered = convolve2d(full([1, 1, h as number, w as number], 1, x.dtype), ones, options2d);
  return reshape(div(sums, covered), [n, c, rows, columns]);
}

/** Factors of the rows and columns. @throws ShapeError when one is not whole and positive */
export function toFactors(operator: string, factor: Pair): readonly [number, number] {
  const factors = toPair(factor);
  if (factors.every((value) => Number.isInteger(value) && value > 0)) return factors;
  throw new ShapeError(
    operator,
    `the factors must be positive integers, not ${factors.join(", ")}`,
  );
}

/** Repeats each pixel of [N, C, H, W] into a block of `factor` × `factor`. */
export function upsampleNearest2d(x: Tensor, factor: Pair): Tensor {
  requireImages("upsampleNearest2d", x);
  const [fH, fW] = toFactors("upsampleNearest2d", factor);
  const [n, c, h, w] = x.shape;
  const blocks = broadcastTo(reshape(x, [n, c, h, 1, w, 1]), [n, c, h, fH, w, fW]);
  return reshape(blocks, [n, c, productOfDims([h, fH]), productOfDims([w, fW])]);
}

/**
 * Bilinear upsampling of [N, C, H, W] with pixel centres at half-integers (corners not aligned),
 * computed as two products with interpolation matrices.
 */
export function upsampleBilinear2d(x: Tensor, factor: Pair): Tensor {
  requireImages("upsampleBilinear2d", x);
  const [fH, fW] = toFactors("upsampleBilinear2d", factor);
  const [, , h, w] = x.shape;
  if (typeof h !== "number" || typeof w !== "number") {
    throw new ShapeError("upsampleBilinear2d", "needs static spatial sizes", [x.shape]);
  }
  const wide = matmul(x, interpolation(w, fW, x.dtype), { transposeB: true });
  const tall = matmul(transpose(wide, [0, 1, 3, 2]), interpolation(h, fH, x.dtype), {
    transposeB: true,
  });
  return transpose(tall, [0, 1, 3, 2]);
}

/** [size·factor, size]: row i holds the weights of all source pixels for target pixel i. */
function interpolation(size: number, factor: number, dtype: Tensor["dtype"]): Tensor {
  const target = size * factor;
  const weights = new Float64Array(target * size);
  for (let row = 0; row < target; row++) {
    const centre = Math.min(Math.max((row + 0.5) / factor - 0.5, 0), size - 1);
    const left = Math.floor(centre);
    const right = Math.min(left + 1, size - 1);
    weights[row * size + left] += 1 - (centre - left);
    weights[row * size + right] += centre - left;
  }
  return constant(weights, [target, size], dtype);
}
