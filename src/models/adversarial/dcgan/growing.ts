import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import {
  conv2d,
  dense,
  equalisedLearningRate,
  minibatchStd,
  pixelNorm,
  resizeConv2d,
  type Scope,
} from "../../../nn/index.js";
import { leakyRelu } from "../../../tensor/ops/activation.js";
import { add, mul, sub } from "../../../tensor/ops/elementwise.js";
import { averagePool2d, upsampleNearest2d } from "../../../tensor/ops/pooling.js";
import { concat, flatten, reshape, squeeze } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { painted } from "../game/image-output.js";
import { normalNoise, type Players } from "../game/players.js";
import { objectives } from "../objectives/index.js";
import { GAIN, HALVING, projection, SLOPE } from "./networks.js";
import type { DcganSettings } from "./recipe.js";

/**
 * How far each doubling is faded in, in [0, 1], the first doubling first; its length is the number of
 * doublings. A doubling that is 1 in all programs costs nothing but its own layers.
 */
export type Growth = readonly (Tensor | 1)[];

/** Sides at which growing may begin. */
const SMALLEST = { least: 4, most: 7 } as const;

/**
 * Refuses settings that cannot grow.
 *
 * @throws ConfigError naming what to change
 */
export function requireGrowth(
  { channels, blocks, normalisation, upsampling, spectral }: DcganSettings,
  { height, width }: ImageShape,
): void {
  const refuse = (problem: string) => {
    throw new ConfigError(`dcgan: growing=true ${problem}`);
  };
  if (normalisation !== "none" || upsampling !== "resize" || spectral) {
    refuse(
      "normalises pixels, scales weights and resizes on its own; leave recipe=modern, normalisation, upsampling and spectral at their defaults",
    );
  }
  if (blocks > 0) refuse(`has no residual blocks, but blocks=${blocks}; set blocks=0`);
  const start = [height, width].map((side) => side / 2 ** channels.length);
  const [least, most] = [Math.min(...start), Math.max(...start)];
  if (least < SMALLEST.least) {
    refuse(
      `would begin at ${start.join("×")}, too small; it begins at sides of 4 to 7, so list fewer channels or take a larger --size`,
    );
  }
  if (most > SMALLEST.most) {
    refuse(
      `would begin at ${start.join("×")}; it begins at sides of 4 to 7 that are doubled, such as 7·2² = 28 or 4·2³ = 32, so list more channels or take such a --size`,
    );
  }
}

/**
 * Networks that double their images: features of level j have the smallest side times 2ʲ. The generator
 * has a head for each size of image, and the discriminator an entry, so that both are complete at each.
 *
 * @param growth  as far as both have grown, by the scope that they are used in
 * @source Karras, Aila, Laine & Lehtinen 2018, arXiv:1710.10196, sections 2 and 4
 */
export function growingPlayers(
  settings: DcganSettings,
  image: ImageShape,
  growth: (scope: Scope) => Growth,
): Players {
  return {
    latent: settings.latent,
    noise: normalNoise(settings.latent),
    generate: (scope, z, classes) => generate(scope, z, classes, settings, image, growth(scope)),
    judge: (scope, pixelsSigned, classes) => {
      const h = looked(scope, pixelsSigned, settings, growth(scope));
      const features = flatten(h);
      const seen = flatten(settings.minibatchStd ? minibatchStd(h, { group: "batch" }) : h);
      const bias = objectives[settings.objective].anchored;
      const last = equalisedLearningRate({ gain: 1 });
      const output = squeeze(dense(scope.child("output"), seen, { features: 1, bias, ...last }), 1);
      if (classes === undefined) return { outputs: output, features };
      const projected = projection(scope.child("projection"), seen, classes, last);
      return { outputs: add(output, projected), features };
    },
  };
}

function generate(
  scope: Scope,
  z: Tensor,
  classes: Tensor | undefined,
  settings: DcganSettings,
  { channels: colours, height, width }: ImageShape,
  growth: Growth,
): Tensor {
  const widths = [...settings.channels].reverse();
  const [rows, columns] = [height, width].map((side) => side / 2 ** widths.length);
  const active = (h: Tensor) => pixelNorm(leakyRelu(h, SLOPE));
  const code = pixelNorm(classes === undefined ? z : concat([z, classes], 1));
  const seeds = dense(scope.child("seeds"), code, {
    features: widths[0] * rows * columns,
    ...equalisedLearningRate({ gain: GAIN }),
  });
  let features = active(reshape(seeds, [z.shape[0], widths[0], rows, columns]));
  const head = { channels: colours, kernel: 3, padding: 1, ...equalisedLearningRate({ gain: 1 }) };
  const paint = (values: Tensor) => painted(values, settings.output);
  let images = paint(conv2d(scope.child("image0"), features, head));
  growth.forEach((share, index) => {
    if (index > 0) {
      const layer = { channels: widths[index], kernel: 3, padding: 1 };
      const own = { ...layer, ...equalisedLearningRate({ gain: GAIN }) };
      features = active(resizeConv2d(scope.child(`up${index}`), features, own));
    }
    const larger = paint(resizeConv2d(scope.child(`image${index + 1}`), features, head));
    images = faded(share, larger, () => upsampleNearest2d(images, 2));
  });
  return images;
}

/** The discriminator's features at the smallest side. */
function looked(
  scope: Scope,
  pixelsSigned: Tensor,
  { channels }: DcganSettings,
  growth: Growth,
): Tensor {
  const widths = [...channels].reverse();
  const usual = equalisedLearningRate({ gain: GAIN });
  const entry = (level: number, images: Tensor): Tensor => {
    const own = scope.child(`entry${level}`);
    const size = level === 0 ? { kernel: 3, padding: 1 } : HALVING;
    const layer = { channels: widths[Math.max(0, level - 1)], ...size, ...usual };
    return leakyRelu(conv2d(own, images, layer), SLOPE);
  };
  let features = entry(growth.length, pixelsSigned);
  for (let level = growth.length; level > 0; level--) {
    if (level > 1) {
      const layer = { channels: widths[level - 2], ...HALVING, ...usual };
      features = leakyRelu(conv2d(scope.child(`down${level - 1}`), features, layer), SLOPE);
    }
    const share = growth[level - 1];
    if (share === 1) continue;
    const images = averagePool2d(pixelsSigned, window(2 ** (growth.length - level + 1)));
    features = faded(share, features, () => entry(level - 1, images));
  }
  return features;
}

const window = (side: number) => ({ kernel: side, stride: side });

/** (1 − α)·small + α·large */
export function faded(share: Tensor | 1, large: Tensor, small: () => Tensor): Tensor {
  if (share === 1) return large;
  return add(mul(small(), sub(1, share)), mul(large, share));
}
