import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import {
  conv2d,
  doublingConv2d,
  halvedSizes,
  halvingConv2d,
  heNormal,
  residualBlock,
  type Side,
  transposedConvFans,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { relu } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { DvaeConfig } from "./config.js";
import type { Quantiser } from "./quantisers/quantiser.js";

/** Height and width of the grid of codes. @throws ConfigError when an image cannot be halved so often */
export function gridOf({ channels }: DvaeConfig, image: ImageShape): Side {
  const { height, width } = image;
  if (2 ** channels.length > Math.max(height, width)) {
    throw new ConfigError(
      `dvae: images of ${height}×${width} cannot be halved ${channels.length} times; list fewer channels`,
    );
  }
  return halvedSizes(image, channels.length)[channels.length];
}

/**
 * Strided convolutions, residual blocks on the grid and a 1×1 convolution.
 *
 * @param quantiser  its channels, and the gain of their first weights
 * @returns        [B, inputs, h, w]
 */
export function encoder(
  scope: Scope,
  pixelsUnit: Tensor,
  config: DvaeConfig,
  quantiser: Pick<Quantiser, "inputs" | "gain">,
): Tensor {
  const halved = config.channels.reduce(
    (h, channels, layer) =>
      relu(
        halvingConv2d(scope.child(`conv${layer + 1}`), h, channels, {
          weightInitialiser: heNormal(),
        }),
      ),
    pixelsUnit,
  );
  const h = relu(blocks(scope, halved, config));
  return conv2d(scope.child("codes"), h, {
    channels: quantiser.inputs,
    kernel: 1,
    weightInitialiser: heNormal({ gain: quantiser.gain }),
  });
}

/**
 * A 3×3 convolution of the codes' vectors, residual blocks on the grid and transposed convolutions.
 *
 * @param vectors  [B, D, h, w]
 * @param image    with the channels that the likelihood reads
 * @returns        [B, C, H, W]
 */
export function decoder(
  scope: Scope,
  vectors: Tensor,
  config: DvaeConfig,
  image: ImageShape,
): Tensor {
  const { channels } = config;
  const depth = channels.length;
  const sizes = halvedSizes(image, depth);
  const wide = conv2d(scope.child("vectors"), vectors, {
    channels: channels[depth - 1],
    kernel: 3,
    padding: 1,
    weightInitialiser: heNormal(),
  });
  const doubled = { weightInitialiser: heNormal({ fans: transposedConvFans(2) }) };
  const outputs = [...channels.slice(0, -1).reverse(), image.channels];
  return outputs.reduce(
    (h, wider, layer) => {
      const to = sizes[depth - layer - 1];
      return doublingConv2d(scope.child(`deconv${layer + 1}`), relu(h), wider, to, doubled);
    },
    blocks(scope, wide, config),
  );
}

function blocks(scope: Scope, x: Tensor, { blocks: count }: DvaeConfig): Tensor {
  return Array.from({ length: count }, (_, at) => `block${at + 1}`).reduce(
    (h, name) => residualBlock(scope.child(name), h, { activation: relu, zeroBranch: true }),
    x,
  );
}
