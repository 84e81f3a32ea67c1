import type { ImageShape } from "../../core/batch.js";
import { ConfigError } from "../../core/errors.js";
import {
  activationNamed,
  dense,
  doublingConv2d,
  halvedSizes,
  halvingConv2d,
  heNormal,
  type LayerInitialisers,
  transposedConvFans,
  weightFans,
  zeros,
} from "../../nn/index.js";
import type { Scope } from "../../nn/scope.js";
import { flatten, reshape } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { NetworkOptions } from "./options.js";

/** A layer of the encoder and its mirror in the decoder, both without activation. */
export interface Layer {
  /** Its name in the scopes `encoder` and `decoder`. */
  readonly name: string;
  encode(scope: Scope, x: Tensor): Tensor;
  decode(scope: Scope, h: Tensor): Tensor;
}

/** An encoder and a decoder made of mirrored layers. */
export interface Network {
  readonly layers: readonly Layer[];
  /** Activation between layers. */
  activate(h: Tensor): Tensor;
  /** [B, C, H, W] → [B, latent], linear in the last layer. */
  encode(root: Scope, pixelsUnit: Tensor): Tensor;
  /** [B, latent] → [B, C, H, W], linear in the last layer. */
  decode(root: Scope, code: Tensor): Tensor;
}

/** Names of the top-level scopes of a network's two halves. */
export const ENCODER = "encoder";
export const DECODER = "decoder";

/**
 * @param id  the model's, for messages
 * @throws ConfigError when convolutions halve the image until nothing is left
 */
export function networkOf(
  id: string,
  options: NetworkOptions & { readonly latent: number },
  image: ImageShape,
): Network {
  const layers = layersOf(id, options, image);
  const activate =
    options.architecture === "linear" ? (h: Tensor) => h : activationNamed(options.activation);
  const last = layers.length - 1;
  return {
    layers,
    activate,
    encode(root, pixelsUnit) {
      const scope = root.child(ENCODER);
      return layers.reduce((h, layer, at) => {
        const y = layer.encode(scope.child(layer.name), h);
        return at === last ? y : activate(y);
      }, pixelsUnit);
    },
    decode(root, code) {
      const scope = root.child(DECODER);
      return layers.reduceRight((h, layer, at) => {
        const y = layer.decode(scope.child(layer.name), h);
        return at === 0 ? y : activate(y);
      }, code);
    },
  };
}

type Maps = readonly [channels: number, height: number, width: number];

function layersOf(
  id: string,
  { architecture, channels, hidden, latent }: NetworkOptions & { readonly latent: number },
  image: ImageShape,
): Layer[] {
  const convolutions = architecture === "conv" ? channels : [];
  if (2 ** convolutions.length > Math.max(image.height, image.width)) {
    throw new ConfigError(
      `${id}: images of ${image.height}×${image.width} cannot be halved ${convolutions.length} times; list fewer channels`,
    );
  }
  const sizes = halvedSizes(image, convolutions.length);
  const maps = [image.channels, ...convolutions].map(
    (count, at): Maps => [count, ...sizes[at]] as const,
  );
  const widths = architecture === "linear" ? [latent] : [...hidden, latent];
  const first = maps[maps.length - 1];
  const made = [
    ...convolutions.map(
      (_, at) => (gains: Gains) => halving(`conv${at + 1}`, maps[at], maps[at + 1], gains),
    ),
    ...widths.map((width, at) => {
      const name = at === widths.length - 1 ? "code" : `hidden${at + 1}`;
      return (gains: Gains) => full(name, at === 0 ? first : widths[at - 1], width, gains);
    }),
  ];
  // The code and the image are linear in their last layers.
  return made.map((make, at) =>
    make({
      encode: at === made.length - 1 ? 1 : Math.SQRT2,
      decode: at === 0 ? 1 : Math.SQRT2,
    }),
  );
}

/** What keeps the variance through a layer and the activation after it. */
interface Gains {
  readonly encode: number;
  readonly decode: number;
}

/**
 * Initial weights that keep the variance from image to image. With PyTorch's, a deep autoencoder first
 * spends hundreds of steps near the mean image, because its code hardly differs between images.
 */
const variancePreserving = (gain: number, fans = weightFans): LayerInitialisers => ({
  weightInitialiser: heNormal({ gain, fans }),
  biasInitialiser: zeros,
});

function halving(name: string, [channels, ...size]: Maps, [wider]: Maps, gains: Gains): Layer {
  const encoding = variancePreserving(gains.encode);
  const decoding = variancePreserving(gains.decode, transposedConvFans(2));
  return {
    name,
    encode: (scope, x) => halvingConv2d(scope, x, wider, encoding),
    decode: (scope, h) => doublingConv2d(scope, h, channels, size, decoding),
  };
}

/** A dense layer from a vector or from all values of feature maps. */
function full(name: string, from: Maps | number, to: number, gains: Gains): Layer {
  const shape = typeof from === "number" ? [from] : from;
  const features = shape.reduce((product, length) => product * length, 1);
  const encoding = { features: to, ...variancePreserving(gains.encode) };
  const decoding = { features, ...variancePreserving(gains.decode) };
  return {
    name,
    encode: (scope, x) => dense(scope, flatten(x), encoding),
    decode: (scope, h) => reshape(dense(scope, h, decoding), [h.shape[0], ...shape]),
  };
}
