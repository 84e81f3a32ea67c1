import { ShapeError } from "../errors.js";
import type { ConvAttributes } from "../primitives.js";
import type { Shape } from "../shape.js";
import { asTensors, makeNode, requireFloating, type Tensor } from "../tensor.js";

/** One number for both axes, or (rows, columns). */
export type Pair = number | readonly [number, number];

/** Zeros around the image: one number for all sides, (rows, columns), or (top, left, bottom, right). */
export type Padding = Pair | readonly [number, number, number, number];

export interface ConvOptions {
  readonly stride?: Pair;
  readonly padding?: Padding;
  readonly dilation?: Pair;
  readonly groups?: number;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the bottom and right: strided convolutions map several sizes to one. */
  readonly outputPadding?: Pair;
}

export function toPair(value: Pair): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

export function toPads(padding: Padding): readonly [number, number, number, number] {
  if (typeof padding === "number") return [padding, padding, padding, padding];
  return padding.length === 4 ? padding : [padding[0], padding[1], padding[0], padding[1]];
}

function toAttributes(operator: string, options: ConvOptions): ConvAttributes {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const attributes = {
    strides: toPair(stride),
    pads: toPads(padding),
    dilations: toPair(dilation),
    groups,
  };
  const positive = [...attributes.strides, ...attributes.dilations, groups];
  if (
    positive.some((value) => !Number.isInteger(value) || value < 1) ||
    attributes.pads.some((value) => !Number.isInteger(value) || value < 0)
  ) {
    throw new ShapeError(operator, `the options ${JSON.stringify(options)} are out of range`);
  }
  return attributes;
}

/**
 * Number of positions of a `kernelSize` window over an image of `inputSize`, as (rows, columns).
 *
 * @param operands  shapes to print in error messages
 * @throws ShapeError when a size is symbolic or the window does not fit
 */
export function convOutputSize(
  operator: string,
  inputSize: Shape,
  kernelSize: Shape,
  { strides, pads, dilations }: Omit<ConvAttributes, "groups">,
  operands: readonly Shape[],
): [number, number] {
  const along = (axis: 0 | 1) => {
    const [size, kernel] = [inputSize[axis], kernelSize[axis]];
    if (typeof size !== "number" || typeof kernel !== "number") {
      throw new ShapeError(operator, "needs static spatial sizes", operands);
    }
    if (kernel < 1) throw new ShapeError(operator, "the kernel is empty", operands);
    const window = dilations[axis] * (kernel - 1) + 1;
    const padding = pads[axis] + pads[axis + 2];
    if (window > size + padding) {
      const unit = axis === 0 ? "rows" : "columns";
      const problem = `a window of ${window} ${unit} does not fit into ${size} plus ${padding} of padding`;
      throw new ShapeError(operator, problem, operands);
    }
    return Math.floor((size + padding - window) / strides[axis]) + 1;
  };
  return [along(0), along(1)];
}

function requireImages(operator: string, x: Tensor, filters: Tensor): void {
  asTensors(operator, [x, filters]);
  requireFloating(operator, x);
  if (x.shape.length !== 4 || filters.shape.length !== 4) {
    throw new ShapeError(operator, "needs two operands of rank 4", [x.shape, filters.shape]);
  }
}

/**
 * 2-D cross-correlation, called convolution in deep learning.
 *
 * @param x        [N, C, H, W]
 * @param filters  [O, C / groups, kH, kW]
 * @returns        [N, O, H', W']
 */
export function convolve2d(x: Tensor, filters: Tensor, options: ConvOptions = {}): Tensor {
  const attributes = toAttributes("convolve2d", options);
  requireImages("convolve2d", x, filters);
  const [n, channels, ...inputSize] = x.shape;
  const [outputs, perGroup, ...kernelSize] = filters.shape;
  const { groups } = attributes;
  if (
    channels !== (perGroup as number) * groups ||
    typeof outputs !== "number" ||
    outputs % groups !== 0
  ) {
    throw new ShapeError(
      "convolve2d",
      `the channels do not match the filters with groups = ${groups}`,
      [x.shape, filters.shape],
    );
  }
  const size = convOutputSize("convolve2d", inputSize, kernelSize, attributes, [
    x.shape,
    filters.shape,
  ]);
  return makeNode("conv", [x, filters], attributes, [n, outputs, ...size], x.dtype);
}

/**
 * Transposed 2-D convolution: the adjoint of {@link convolve2d} with the same options.
 *
 * @param x        [N, C, H, W]
 * @param filters  [C, O / groups, kH, kW]
 * @returns        [N, O, H', W'] with H' = (H − 1)·stride − padding + dilation·(kH − 1) + outputPadding + 1
 */
export function convolveTransposed2d(
  x: Tensor,
  filters: Tensor,
  options: ConvTransposeOptions = {},
): Tensor {
  const attributes = toAttributes("convolveTransposed2d", options);
  requireImages("convolveTransposed2d", x, filters);
  const extra = toPair(options.outputPadding ?? 0);
  const { strides, pads, dilations } = attributes;
  const shapes = [x.shape, filters.shape];
  if (!extra.every((value, axis) => value >= 0 && value < strides[axis])) {
    throw new ShapeError(
      "convolveTransposed2d",
      `the output padding ${extra.join(", ")} is not in [0, stride)`,
      shapes,
    );
  }
  const sizeAlong = (axis: 0 | 1) => {
    const [size, kernel] = shapes.map((shape) => shape[axis + 2]);
    if (typeof size !== "number" || typeof kernel !== "number") {
      throw new ShapeError("convolveTransposed2d", "needs static spatial sizes", shapes);
    }
    const padding = pads[axis] + pads[axis + 2];
    const result = (size - 1) * strides[axis] + dilations[axis] * (kernel - 1) + extra[axis] + 1;
    if (size < 1 || result <= padding) {
      throw new ShapeError(
        "convolveTransposed2d",
        `a padding of ${padding} leaves no output`,
        shapes,
      );
    }
    return result - padding;
  };
  return convInputGradient(x, filters, attributes, [sizeAlong(0), sizeAlong(1)]);
}

/** Adjoint of `conv` with respect to its input; see {@link Primitives.convInputGradient}. */
export function convInputGradient(
  dy: Tensor,
  filters: Tensor,
  attributes: ConvAttributes,
  inputSize: readonly [number, number],
): Tensor {
  requireImages("convolveTransposed2d", dy, filters);
  const { strides, pads, dilations, groups } = attributes;
  const [n, outputs, ...outputSize] = dy.shape;
  const [filterOutputs, perGroup, ...kernelSize] = filters.shape;
  const shapes = [dy.shape, filters.shape];
  const reached = convOutputSize("convolveTransposed2d", inputSize, kernelSize, attributes, shapes);
  const fits =
    outputs === filterOutputs &&
    typeof outputs === "number" &&
    outputs % groups === 0 &&
    typeof perGroup === "number";
  if (!fits) {
    throw new ShapeError(
      "convolveTransposed2d",
      `the channels do not match the filters with groups = ${groups}`,
      shapes,
    );
  }
  if (reached.some((size, axis) => size !== outputSize[axis])) {
    throw new ShapeError(
      "convolveTransposed2d",
      `convolving an image of ${inputSize.join(" × ")} would give ${reached.join(" × ")}`,
      shapes,
    );
  }
  return makeNode(
    "convInputGradient",
    [dy, filters],
    { strides, pads, dilations, groups, inputSize },
    [n, perGroup * groups, ...inputSize],
    dy.dtype,
  );
}

/** Adjoint of `conv` with respect to its filters; see {@link Primitives.convFilterGradient}. */
export function convFilterGradient(
  x: Tensor,
  dy: Tensor,
  attributes: ConvAttributes,
  kernelSize: readonly [number, number],
): Tensor {
  requireImages("convFilterGradient", x, dy);
  const { strides, pads, dilations, groups } = attributes;
  const imageSize = x.shape.slice(2);
  const reached = convOutputSize("convFilterGradient", imageSize, kernelSize, attributes, [
    x.shape,
    dy.shape,
  ]);
  if (x.shape[0] !== dy.shape[0] || reached.some((size, axis) => size !== dy.shape[axis + 2])) {
    throw new ShapeError("convFilterGradient", "the batch or the sizes differ", [
      x.shape,
      dy.shape,
    ]);
  }
  return makeNode(
    "convFilterGradient",
    [x, dy],
    { strides, pads, dilations, groups, kernelSize },
    [dy.shape[1], (x.shape[1] as number) / groups, ...kernelSize],
    x.dtype,
  );
}
