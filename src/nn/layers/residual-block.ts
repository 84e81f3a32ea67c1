import { silu } from "../../tensor/ops/activation.js";
import { add, mul } from "../../tensor/ops/elementwise.js";
import { averagePool2d, upsampleNearest2d } from "../../tensor/ops/pooling.js";
import { reshape, split } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import { zeros } from "../initialisers.js";
import type { Scope } from "../scope.js";
import { axisLength } from "./axis-length.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { resizeConv2d } from "./resize-conv2d.js";
import type { WeightTransform } from "./weight-transform.js";

export interface ResidualBlockOptions {
  /** Channels of the result; those of x by default. */
  readonly channels?: number | undefined;
  /** Normalisation, such as batch or group normalisation in its scope; none by default. */
  readonly normalise?: ((scope: Scope, x: Tensor) => Tensor) | undefined;
  /** SiLU by default. */
  readonly activation?: (x: Tensor) => Tensor;
  /** Doubles or halves height and width; neither by default. */
  readonly resample?: "up" | "down" | undefined;
  /** [N, E] condition of every position, such as the embedding of a time or a class. */
  readonly condition?: Tensor | undefined;
  /**
   * How the condition enters: `add` (the default) adds it to each channel before the second
   * normalisation, `scaleShift` scales and shifts each channel after it.
   */
  readonly conditioning?: "add" | "scaleShift";
  /** Dropout rate before the second convolution; 0 by default. */
  readonly dropout?: number;
  /** Whether the branch starts at 0, so that the block starts as its shortcut; false by default. */
  readonly zeroBranch?: boolean;
  /** Weight transform of every convolution, such as `spectralNorm()`. */
  readonly transformWeight?: WeightTransform | undefined;
}

/**
 * A pre-activation residual block: x + conv2(act(norm2(conv1(act(norm1(x)))))), 3×3.
 *
 * Parts: `norm1`, `conv1`, `norm2`, `conv2`; with a condition the dense layer `condition` on its
 * activation; where the channels change, a 1×1 convolution `shortcut` of x. The block resamples
 * images before `conv1` and before the shortcut: up by repeating pixels, down by the mean of 2×2.
 *
 * @param x  [N, in, H, W]
 * @returns  [N, channels, H', W']
 * @throws ShapeError when a size is symbolic
 * @source He, Zhang, Ren & Sun 2016, arXiv:1603.05027; condition and resampling as in Dhariwal &
 *         Nichol 2021, arXiv:2105.05233, section 3
 */
export function residualBlock(scope: Scope, x: Tensor, options: ResidualBlockOptions = {}): Tensor {
  const inputs = axisLength("residualBlock", x, 1);
  const { channels = inputs, activation = silu, transformWeight } = options;
  const normalise = options.normalise ?? ((_, h) => h);
  const window = { channels, kernel: 3, padding: 1, transformWeight };
  const enlarges = options.resample === "up";
  const halved = (y: Tensor) => (options.resample === "down" ? averagePool2d(y, { kernel: 2 }) : y);

  let h = halved(activation(normalise(scope.child("norm1"), x)));
  h = (enlarges ? resizeConv2d : conv2d)(scope.child("conv1"), h, window);
  h = conditioned(scope, h, (y) => normalise(scope.child("norm2"), y), options);
  h = dropout(scope.child("conv2"), activation(h), { rate: options.dropout ?? 0 });
  const initialiser = options.zeroBranch ? zeros : undefined;
  const branch = conv2d(scope.child("conv2"), h, {
    ...window,
    weightInitialiser: initialiser,
    biasInitialiser: initialiser,
  });

  const skipped =
    channels === inputs
      ? halved(x)
      : conv2d(scope.child("shortcut"), halved(x), { channels, kernel: 1, transformWeight });
  // A 1×1 convolution commutes with repeating pixels, and is cheaper before.
  return add(enlarges ? upsampleNearest2d(skipped, 2) : skipped, branch);
}

/** The second normalisation, with the condition. */
function conditioned(
  scope: Scope,
  h: Tensor,
  normalise: (h: Tensor) => Tensor,
  { condition, conditioning = "add", activation = silu }: ResidualBlockOptions,
): Tensor {
  if (condition === undefined) return normalise(h);
  const channels = axisLength("residualBlock", h, 1);
  const features = conditioning === "add" ? channels : 2 * channels;
  const told = dense(scope.child("condition"), activation(condition), { features });
  const everywhere = (vector: Tensor) => reshape(vector, [...vector.shape, 1, 1]);
  if (conditioning === "add") return normalise(add(h, everywhere(told)));
  const [scale, shift] = split(told, [channels, channels], 1).map(everywhere);
  return add(mul(normalise(h), add(scale, 1)), shift);
}
