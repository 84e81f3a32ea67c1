import type { ImageShape } from "../../../core/batch.js";
import {
  activationNamed,
  dense,
  doublingConv2d,
  halvedSizes,
  halvingConv2d,
  mlp,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { mul, sigmoid } from "../../../tensor/ops/elementwise.js";
import { concat, flatten, reshape, split } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { VaeConfig } from "./config.js";
import type { Posterior } from "./loss.js";

/**
 * q(z|x), or q(z|x, y).
 *
 * @param pixelsUnit  [B, C, H, W]
 * @param classes     [B, K] 1 at an image's class y, 0 elsewhere
 * @source Sohn, Lee & Yan 2015, Learning Structured Output Representation using Deep Conditional
 *         Generative Models, section 4 (the class beside the input of each network)
 */
export function encoder(
  scope: Scope,
  pixelsUnit: Tensor,
  config: VaeConfig,
  classes?: Tensor,
): Posterior {
  const h = encoderFeatures(scope, pixelsUnit, config, classes);
  return {
    mean: dense(scope.child("mean"), h, { features: config.latent }),
    logVar: dense(scope.child("logVar"), h, { features: config.latent }),
  };
}

/** The mean of q(z|x) alone: who uses no more than the code has no weights of the variance. */
export function encoderMean(
  scope: Scope,
  pixelsUnit: Tensor,
  config: VaeConfig,
  classes?: Tensor,
): Tensor {
  const h = encoderFeatures(scope, pixelsUnit, config, classes);
  return dense(scope.child("mean"), h, { features: config.latent });
}

function encoderFeatures(
  scope: Scope,
  pixelsUnit: Tensor,
  config: VaeConfig,
  classes: Tensor | undefined,
): Tensor {
  const { hidden, activation } = config;
  const x = config.architecture === "conv" ? shrink(scope, pixelsUnit, config) : pixelsUnit;
  return mlp(scope, beside(flatten(x), classes), { hidden, activation });
}

/**
 * The parameters of p(x|z), which the likelihood interprets.
 *
 * @param z        [B, Z]
 * @param classes  [B, K] as of {@link encoder}
 * @returns        [B, C, H, W]
 */
export function decoder(
  scope: Scope,
  z: Tensor,
  config: VaeConfig,
  image: ImageShape,
  classes?: Tensor,
): Tensor {
  const { activation } = config;
  const hidden = [...config.hidden].reverse();
  const { channels, height, width } = image;
  if (config.architecture === "mlp") {
    const flat = mlp(scope, beside(z, classes), {
      hidden,
      activation,
      features: channels * height * width,
    });
    return reshape(flat, [z.shape[0], channels, height, width]);
  }
  const sizes = halvedSizes(image, config.channels.length);
  const [rows, columns] = sizes[sizes.length - 1];
  const deepest = config.channels[config.channels.length - 1];
  const seeds = mlp(scope, beside(z, classes), {
    hidden: [...hidden, deepest * rows * columns],
    activation,
  });
  return grow(scope, reshape(seeds, [z.shape[0], deepest, rows, columns]), config, image);
}

/** [B, N + K] a network's input with the classes beside it. */
const beside = (x: Tensor, classes: Tensor | undefined): Tensor =>
  classes === undefined ? x : concat([x, classes], 1);

/** Number of channels to compute: a gated activation needs a second set for its gates. */
const widthOf = (channels: number, { activation }: VaeConfig): number =>
  activation === "gated" ? 2 * channels : channels;

function activate(x: Tensor, channels: number, { activation }: VaeConfig): Tensor {
  if (activation !== "gated") return activationNamed(activation)(x);
  const [h, gate] = split(x, [channels, channels], 1);
  return mul(h, sigmoid(gate));
}

/** Strided convolutions `conv1`, `conv2`, …, each of which halves height and width. */
function shrink(scope: Scope, x: Tensor, config: VaeConfig): Tensor {
  return config.channels.reduce((features, channels, layer) => {
    const width = widthOf(channels, config);
    const y = halvingConv2d(scope.child(`conv${layer + 1}`), features, width);
    return activate(y, channels, config);
  }, x);
}

/** Transposed convolutions `deconv1`, `deconv2`, …, which undo the halvings one by one. */
function grow(scope: Scope, x: Tensor, config: VaeConfig, image: ImageShape): Tensor {
  const depth = config.channels.length;
  const sizes = halvedSizes(image, depth);
  const outputs = [...config.channels.slice(0, -1).reverse(), image.channels];
  return outputs.reduce((features, channels, layer) => {
    const last = layer === depth - 1;
    const width = last ? channels : widthOf(channels, config);
    const to = sizes[depth - layer - 1];
    const y = doublingConv2d(scope.child(`deconv${layer + 1}`), features, width, to);
    return last ? y : activate(y, channels, config);
  }, x);
}
