import { type ImageShape, pixelsPerImage } from "../../../core/batch.js";
import { activationNamed, dense, minibatchStd, mlp, spectralNorm } from "../../../nn/index.js";
import { concat, flatten, reshape, squeeze } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { painted } from "../game/image-output.js";
import { normalNoise, type Players } from "../game/players.js";
import { objectives } from "../objectives/index.js";
import type { GanConfig } from "./config.js";

/** Two multilayer perceptrons; both read the class beside their input. */
export function ganPlayers(config: GanConfig, image: ImageShape): Players {
  const { latent, activation, output, spectral } = config;
  const { channels, height, width } = image;
  const { anchored } = objectives[config.objective];
  return {
    latent,
    noise: normalNoise(latent),
    generate(scope, z, classes) {
      const features = pixelsPerImage(image);
      const flat = mlp(scope, beside(z, classes), {
        hidden: config.generator,
        activation,
        features,
      });
      return painted(reshape(flat, [z.shape[0], channels, height, width]), output);
    },
    judge(scope, pixelsSigned, classes) {
      const transformWeight = spectral ? spectralNorm() : undefined;
      const hidden = config.discriminator.reduce(
        (h, features, index) => {
          const layer = scope.child(`hidden${index + 1}`);
          return activationNamed(activation)(dense(layer, h, { features, transformWeight }));
        },
        beside(flatten(pixelsSigned), classes),
      );
      const seen = config.minibatchStd ? minibatchStd(hidden, { group: "batch" }) : hidden;
      const output = { features: 1, bias: anchored, transformWeight };
      return { outputs: squeeze(dense(scope.child("output"), seen, output), 1), features: hidden };
    },
  };
}

/** [B, N + K] a network's input with the classes beside it. */
const beside = (x: Tensor, classes: Tensor | undefined): Tensor =>
  classes === undefined ? x : concat([x, classes], 1);
