import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { CaptionTraits } from "../../../core/text.js";
import { captionEncoder, conv2d, dense, residualBlock, type Scope } from "../../../nn/index.js";
import { leakyRelu } from "../../../tensor/ops/activation.js";
import {
  broadcastTo,
  concat,
  flatten,
  reshape,
  split,
  squeeze,
} from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { painted } from "../game/image-output.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { objectives } from "../objectives/index.js";
import type { TextGanConfig } from "./config.js";
import type { Description } from "./matching.js";

/** The top-level scope of the encoder of captions. */
export const TEXT = "text";

const SLOPE = 0.2;
const active = (h: Tensor): Tensor => leakyRelu(h, SLOPE);

/** The distribution of what the generator is told of a caption. */
export interface Conditioning {
  /** [B, condition] */
  readonly mean: Tensor;
  /** [B, condition]; absent where the generator is told the mean itself. */
  readonly logVar?: Tensor;
}

export interface TextNetworks {
  /** int32 [B, T] → [B, text] */
  read(scope: Scope, caption: Tensor): Tensor;
  /** @source Zhang et al. 2017, arXiv:1612.03242, section 3.1 */
  condition(scope: Scope, text: Tensor): Conditioning;
  /** [B, latent] and [B, condition] → [B, C, H, W] in (−1, 1), or nearly so where `output` is linear */
  draw(scope: Scope, z: Tensor, condition: Tensor): Tensor;
  /** What the discriminator sees of images, before it knows their captions: → [B, F, h, w] */
  look(scope: Scope, pixelsSigned: Tensor): Tensor;
  /** Whether images are real and show what their captions say: [B, F, h, w], [B, text] → [B] */
  judge(scope: Scope, seen: Tensor, text: Tensor): Tensor;
  /** [B, F, h, w] → [B, text] each, what captions are matched with */
  describe(scope: Scope, seen: Tensor): Description;
}

/**
 * A generator of residual blocks that noise and caption scale and shift, and a discriminator that reads
 * the caption beside the features of the image.
 *
 * @source Tao et al. 2022, arXiv:2008.05865, section 3, with smaller networks
 */
export function textNetworks(
  config: TextGanConfig,
  { channels: colours, height, width }: ImageShape,
  { vocabulary }: CaptionTraits,
): TextNetworks {
  const { text, blocks, heads, condition, conditioning, channels, discriminator, objective } =
    config;
  const [smallest, ...larger] = channels;
  const [full, ...smaller] = discriminator;
  const [rows, columns] = [height, width].map((side) => side / 2 ** larger.length);
  return {
    read: (scope, caption) =>
      captionEncoder(scope.child(TEXT), caption, {
        words: vocabulary.length,
        features: text,
        blocks,
        heads,
      }),
    condition(scope, read) {
      const own = scope.child(GENERATOR).child("condition");
      const part = (name: string) => dense(own.child(name), read, { features: condition });
      return { mean: part("mean"), ...(conditioning > 0 && { logVar: part("logVar") }) };
    },
    draw(scope, z, told) {
      const own = scope.child(GENERATOR);
      const code = concat([z, told], 1);
      const seeds = dense(own.child("seeds"), code, { features: smallest * rows * columns });
      const h = larger.reduce(
        (maps, features, at) =>
          residualBlock(own.child(`up${at + 1}`), maps, {
            channels: features,
            resample: "up",
            condition: code,
            conditioning: "scaleShift",
            activation: active,
          }),
        reshape(seeds, [z.shape[0], smallest, rows, columns]),
      );
      const image = { channels: colours, kernel: 3, padding: 1 };
      return painted(conv2d(own.child("image"), active(h), image), config.output);
    },
    look(scope, pixelsSigned) {
      const own = scope.child(DISCRIMINATOR);
      const stem = conv2d(own.child("stem"), pixelsSigned, {
        channels: full,
        kernel: 3,
        padding: 1,
      });
      return active(
        smaller.reduce(
          (maps, features, at) =>
            residualBlock(own.child(`down${at + 1}`), maps, {
              channels: features,
              resample: "down",
              activation: active,
            }),
          stem,
        ),
      );
    },
    judge(scope, seen, read) {
      const own = scope.child(DISCRIMINATOR);
      const [, features] = seen.shape as [unknown, number];
      const everywhere = [...read.shape, ...seen.shape.slice(2)];
      const told = broadcastTo(reshape(read, [...read.shape, 1, 1]), everywhere);
      const joint = conv2d(own.child("joint"), concat([seen, told], 1), {
        channels: features,
        kernel: 3,
        padding: 1,
      });
      const { anchored } = objectives[objective];
      const output = { features: 1, bias: anchored };
      return squeeze(dense(own.child("output"), flatten(active(joint)), output), 1);
    },
    describe(scope, seen) {
      const own = scope.child(DISCRIMINATOR).child("describe");
      const [real, drawn] = split(
        dense(own, flatten(seen), { features: 2 * text }),
        [text, text],
        1,
      );
      return { real, drawn };
    },
  };
}

/** @throws ConfigError when the sides cannot be doubled or halved as often as the channels ask */
export function requireSides(
  { channels, discriminator }: TextGanConfig,
  { height, width }: ImageShape,
): void {
  for (const [name, { length }] of Object.entries({ channels, discriminator })) {
    const times = length - 1;
    const fits = [height, width].every((side) => side % 2 ** times === 0);
    if (fits) continue;
    throw new ConfigError(
      `text-gan: images of ${height}×${width} cannot be halved ${times} times; list fewer ${name}, or take another --size, such as 32`,
    );
  }
}
