import { ShapeError } from "../../tensor/errors.js";
import {
  type ConvTransposeOptions,
  convolveTransposed2d,
  type Pair,
  toPair,
} from "../../tensor/ops/convolution.js";
import type { Tensor } from "../../tensor/tensor.js";
import { pytorchDefault, pytorchDefaultBias } from "../initialisers.js";
import type { Initialiser, Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { addChannelBias } from "./conv2d.js";
import type { WeightTransform } from "./weight-transform.js";

export interface ConvTranspose2dOptions extends ConvTransposeOptions {
  /** Channels of the result. */
  readonly channels: number;
  /** Height and width of the filters. */
  readonly kernel: Pair;
  /** True by default. */
  readonly bias?: boolean;
  readonly weightInitialiser?: Initialiser | undefined;
  readonly biasInitialiser?: Initialiser | undefined;
  readonly transformWeight?: WeightTransform | undefined;
}

/**
 * Transposed 2-D convolution with bias. `weight` is `[in, channels / groups, kH, kW]`, as in PyTorch.
 *
 * @param x  [N, in, H, W]
 * @returns  [N, channels, H', W'], with H' = (H − 1)·stride − padding + dilation·(kH − 1) +
 *           outputPadding + 1
 * @throws ShapeError when the channels are symbolic or not divisible by `groups`, or when
 *                    `outputPadding` reaches the stride
 */
export function convTranspose2d(scope: Scope, x: Tensor, options: ConvTranspose2dOptions): Tensor {
  const { channels, kernel, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const into = axisLength("convTranspose2d", x, 1);
  if (into % groups !== 0 || channels % groups !== 0) {
    throw new ShapeError(
      "convTranspose2d",
      `${groups} groups do not divide ${into} → ${channels} channels`,
    );
  }
  const shape = [into, channels / groups, ...toPair(kernel)];
  const initialise = options.weightInitialiser ?? pytorchDefault;
  const weight = scope.parameter("weight", shape, initialise);
  const filters = options.transformWeight?.(weight, scope) ?? weight;
  const outputPadding = options.outputPadding ?? 0;
  const window = { stride, padding, dilation, groups, outputPadding };
  const y = convolveTransposed2d(x, filters, window);
  if (options.bias === false) return y;
  return addChannelBias(scope, y, options.biasInitialiser ?? pytorchDefaultBias(shape));
}
