import { ShapeError } from "../../tensor/errors.js";
import { convolve2d, type Padding, type Pair, toPair } from "../../tensor/ops/convolution.js";
import { add } from "../../tensor/ops/elementwise.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import { pytorchDefault, pytorchDefaultBias } from "../initialisers.js";
import type { Initialiser, Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import type { WeightTransform } from "./weight-transform.js";

export interface Conv2dOptions {
  /** Channels of the result. */
  readonly channels: number;
  /** Height and width of the filters. */
  readonly kernel: Pair;
  readonly stride?: Pair;
  /** 0 by default; `same` keeps height and width, for stride 1. */
  readonly padding?: Padding | "same";
  readonly dilation?: Pair;
  readonly groups?: number;
  /** True by default. */
  readonly bias?: boolean;
  readonly weightInitialiser?: Initialiser | undefined;
  readonly biasInitialiser?: Initialiser | undefined;
  /** Transforms the weight, for example with the mask of an autoregressive layer. */
  readonly transformWeight?: WeightTransform | undefined;
}

/**
 * 2-D convolution with bias. `weight` is `[channels, in / groups, kH, kW]`, as in PyTorch.
 *
 * @param x  [N, in, H, W]
 * @returns  [N, channels, H', W']
 * @throws ShapeError when the channels are symbolic or not divisible by `groups`, or when the
 *   kernel does not fit
 */
export function conv2d(scope: Scope, x: Tensor, options: Conv2dOptions): Tensor {
  const { stride = 1, dilation = 1, groups = 1 } = options;
  const padding = paddingOf(options);
  return convolved(scope, x, options, (filters) =>
    convolve2d(x, filters, { stride, padding, dilation, groups }),
  );
}

/**
 * Makes the weight and the bias of a convolution, and transforms the weight.
 *
 * @param convolve  convolves x with filters `[channels, in / groups, kH, kW]`
 */
export function convolved(
  scope: Scope,
  x: Tensor,
  options: Conv2dOptions,
  convolve: (filters: Tensor) => Tensor,
): Tensor {
  const { channels, kernel, groups = 1 } = options;
  const into = axisLength("conv2d", x, 1);
  if (into % groups !== 0 || channels % groups !== 0) {
    throw new ShapeError("conv2d", `${groups} groups do not divide ${into} → ${channels} channels`);
  }
  const shape = [channels, into / groups, ...toPair(kernel)];
  const initialise = options.weightInitialiser ?? pytorchDefault;
  const weight = scope.parameter("weight", shape, initialise);
  const filters = options.transformWeight?.(weight, scope) ?? weight;
  const y = convolve(filters);
  if (options.bias === false) return y;
  return addChannelBias(scope, y, options.biasInitialiser ?? pytorchDefaultBias(shape));
}

/** Adds a learned `bias` `[C]` to `[N, C, H, W]`. */
export function addChannelBias(scope: Scope, y: Tensor, initialise: Initialiser): Tensor {
  const channels = axisLength("bias", y, 1);
  return add(y, reshape(scope.parameter("bias", [channels], initialise), [channels, 1, 1]));
}

/** The padding that options ask for. */
export const paddingOf = (options: Conv2dOptions): Padding =>
  options.padding === "same" ? samePadding(options) : (options.padding ?? 0);

/**
 * Padding that keeps height and width; that of an even kernel is one larger at the bottom and
 * right.
 */
function samePadding(options: Conv2dOptions): readonly [number, number, number, number] {
  if (toPair(options.stride ?? 1).some((stride) => stride !== 1)) {
    throw new ShapeError("conv2d", "the padding `same` needs stride 1");
  }
  const dilations = toPair(options.dilation ?? 1);
  const [rows, columns] = toPair(options.kernel).map((size, axis) => (size - 1) * dilations[axis]);
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return [top, left, rows - top, columns - left];
}
