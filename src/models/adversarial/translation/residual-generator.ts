import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import {
  conv2d,
  dense,
  instanceNorm,
  normalValues,
  reflectionPad2d,
  resizeConv2d,
  type Scope,
  zeros,
} from "../../../nn/index.js";
import { add, mul, relu, tanh } from "../../../tensor/ops/elementwise.js";
import { reshape, split } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";

export interface ResidualGeneratorOptions {
  /** Channels at full size, then after each halving. */
  readonly channels: readonly number[];
  /** Residual blocks at the smallest size. */
  readonly blocks: number;
  /** Channels of the result. */
  readonly colours: number;
  /** [B, K] what the generator is told, which scales and shifts each normalised channel. */
  readonly told?: Tensor;
}

/** Pixels around an image that the 7×7 convolutions see of its reflection. */
const BORDER = 3;
const initialisers = { weightInitialiser: normalValues(0.02), biasInitialiser: zeros };
/** Normalisation takes a bias away again. */
const normalised = { ...initialisers, bias: false };

/**
 * A convolutional network from images to images: a 7×7 convolution, halvings, residual blocks,
 * enlarging convolutions, and a 7×7 convolution, all with instance normalisation and padded by
 * reflection. It enlarges by repeating pixels, in place of transposed convolutions.
 *
 * What it is told enters behind each normalisation. Beside the image, as constant channels, it would be
 * lost: instance normalisation takes away what is the same at all positions.
 *
 * Parts: `first`; `down1` …; `block1` … with `conv1`, `conv2`; `up1` …; `last`; each has a part `told`
 * where the generator is told something.
 *
 * @param x  [B, C, H, W] in [−1, 1]
 * @returns  [B, colours, H, W] in (−1, 1)
 * @source Johnson, Alahi & Fei-Fei 2016, arXiv:1603.08155, as in Zhu et al. 2017, arXiv:1703.10593,
 *         section 7.2; Dumoulin, Shlens & Kudlur 2017, arXiv:1610.07629, equation 5, for what it is told
 */
export function residualGenerator(
  scope: Scope,
  x: Tensor,
  { channels, blocks, colours, told }: ResidualGeneratorOptions,
): Tensor {
  const [full, ...smaller] = channels;
  const active = (layer: Scope, h: Tensor) => relu(normalise(layer, h, told));
  const wide = (layer: Scope, h: Tensor, features: number, options: typeof initialisers) =>
    conv2d(layer, reflectionPad2d(h, BORDER), { channels: features, kernel: 7, ...options });
  let h = active(scope.child("first"), wide(scope.child("first"), x, full, normalised));
  for (const [at, features] of smaller.entries()) {
    const layer = scope.child(`down${at + 1}`);
    const halving = { channels: features, kernel: 3, stride: 2, padding: 1, ...normalised };
    h = active(layer, conv2d(layer, h, halving));
  }
  for (let block = 1; block <= blocks; block++) {
    h = residual(scope.child(`block${block}`), h, channels.at(-1) ?? full, told);
  }
  for (const [at, features] of channels.slice(0, -1).reverse().entries()) {
    const layer = scope.child(`up${at + 1}`);
    const enlarging = { channels: features, kernel: 3, padding: 1, ...normalised };
    h = active(layer, resizeConv2d(layer, h, enlarging));
  }
  return tanh(wide(scope.child("last"), h, colours, initialisers));
}

function residual(scope: Scope, x: Tensor, channels: number, told: Tensor | undefined): Tensor {
  const convolved = (name: string, h: Tensor) => {
    const layer = scope.child(name);
    const y = conv2d(layer, reflectionPad2d(h, 1), { channels, kernel: 3, ...normalised });
    return normalise(layer, y, told);
  };
  return add(x, convolved("conv2", relu(convolved("conv1", x))));
}

/** Instance normalisation, scaled by 1 + s and shifted as what is told says. */
function normalise(scope: Scope, h: Tensor, told: Tensor | undefined): Tensor {
  const y = instanceNorm(scope, h);
  if (told === undefined) return y;
  const features = y.shape[1] as number;
  const both = dense(scope.child("told"), told, { features: 2 * features });
  const [scale, shift] = split(both, [features, features], 1).map((each) =>
    reshape(each, [...each.shape, 1, 1]),
  );
  return add(mul(y, add(scale, 1)), shift);
}

/** The fewest pixels a side at the smallest size, which blocks reflect by one. */
const LEAST = 2;

/** @throws ConfigError when the images are too small for the borders or cannot be halved so often */
export function requireTranslatable(
  id: string,
  { channels }: Pick<ResidualGeneratorOptions, "channels">,
  { height, width }: ImageShape,
): void {
  const times = channels.length - 1;
  const fits = [height, width].every(
    (side) => side > BORDER && side % 2 ** times === 0 && side / 2 ** times >= LEAST,
  );
  if (fits) return;
  throw new ConfigError(
    `${id}: images of ${height}×${width} cannot be halved ${times} times to ${LEAST}×${LEAST} or more; list fewer channels, or take another --size, such as ${LEAST ** 2 * 2 ** times}`,
  );
}
