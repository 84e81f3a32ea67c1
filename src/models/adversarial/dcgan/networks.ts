import type { ImageShape } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import {
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  heNormal,
  type Initialiser,
  minibatchStd,
  normalValues,
  residualBlock,
  resizeConv2d,
  type Scope,
  spectralNorm,
  transposedConvFans,
  type WeightTransform,
  zeros,
} from "../../../nn/index.js";
import { leakyRelu } from "../../../tensor/ops/activation.js";
import { add, mul, relu } from "../../../tensor/ops/elementwise.js";
import { concat, flatten, reshape, squeeze } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { painted } from "../game/image-output.js";
import { normalNoise, type Players, type Verdict } from "../game/players.js";
import { objectives } from "../objectives/index.js";
import type { DcganSettings } from "./recipe.js";

/** Of the leaky rectifiers. */
export const SLOPE = 0.2;
/** 4×4 with stride 2: every pixel is covered equally often. */
export const HALVING = { kernel: 4, stride: 2, padding: 1 } as const;
/** Preserves the variance through a leaky rectifier. */
export const GAIN = Math.sqrt(2 / (1 + SLOPE ** 2));

/** @throws ConfigError when a side cannot be halved often enough, naming what can be done */
export function requireHalving(
  id: string,
  { channels }: Pick<DcganSettings, "channels">,
  { height, width }: ImageShape,
): void {
  const often = channels.length;
  if (height % 2 ** often === 0 && width % 2 ** often === 0) return;
  const most = [height, width].map(halvings).reduce((a, b) => Math.min(a, b));
  throw new ConfigError(
    `${id}: images of ${height}×${width} cannot be halved ${often} times; ${
      most === 0
        ? "take images with even sides, such as --size 32"
        : `list at most ${most} channels, such as channels=${[64, 128, 256, 512].slice(0, most).join(",")}, or take another --size`
    }`,
  );
}

/** How often a side can be halved without a rest. */
const halvings = (side: number): number => (side % 2 === 0 ? 1 + halvings(side / 2) : 0);

/**
 * All-convolutional networks: strides in place of pooling, no hidden dense layer. Residual blocks, where
 * there are any, follow what changes the size, and start as the identity but where weights are divided by
 * their spectral norm.
 *
 * @source Radford, Metz & Chintala 2015, arXiv:1511.06434, section 3; blocks: Huang et al. 2024,
 *         arXiv:2501.05441, section 3.3, with plain convolutions
 */
export function dcganPlayers(settings: DcganSettings, image: ImageShape): Players {
  return {
    latent: settings.latent,
    noise: normalNoise(settings.latent),
    generate: (scope, z, classes) => generate(scope, z, classes, settings, image),
    judge: (scope, pixelsSigned, classes) => judge(scope, pixelsSigned, classes, settings),
  };
}

function generate(
  scope: Scope,
  z: Tensor,
  classes: Tensor | undefined,
  settings: DcganSettings,
  { channels: colours, height, width }: ImageShape,
): Tensor {
  const { channels, normalisation } = settings;
  const [deepest, ...others] = [...channels].reverse();
  const [rows, columns] = [height, width].map((side) => side / 2 ** channels.length);
  const bias = normalisation === "none";
  const code = classes === undefined ? z : concat([z, classes], 1);
  const seeds = dense(scope.child("seeds"), code, {
    features: deepest * rows * columns,
    bias,
    ...initialised(settings, heNormal({ gain: GAIN })),
  });
  const active = (layer: Scope, h: Tensor) =>
    normalisation === "batch" ? relu(batchNorm(layer, h)) : leakyRelu(h, SLOPE);
  const refined = (h: Tensor, at: number) =>
    active(scope.child(`norm${at}`), residualBlocks(scope.child(`refine${at}`), h, settings));
  const maps = reshape(seeds, [z.shape[0], deepest, rows, columns]);
  const hidden = others.reduce(
    (h, features, index) => {
      const larger = enlarge(scope.child(`up${index + 1}`), h, features, bias, settings);
      return refined(larger, index + 1);
    },
    refined(maps, 0),
  );
  return painted(enlarge(scope.child("image"), hidden, colours, true, settings), settings.output);
}

/** Doubles height and width. */
function enlarge(
  scope: Scope,
  h: Tensor,
  channels: number,
  bias: boolean,
  settings: DcganSettings,
): Tensor {
  if (settings.upsampling === "resize") {
    const usual = heNormal({ gain: GAIN });
    const layer = { channels, kernel: 3, padding: 1, bias, ...initialised(settings, usual) };
    return resizeConv2d(scope, h, layer);
  }
  const usual = heNormal({ gain: GAIN, fans: transposedConvFans(HALVING.stride) });
  return convTranspose2d(scope, h, { channels, bias, ...HALVING, ...initialised(settings, usual) });
}

function residualBlocks(
  scope: Scope,
  maps: Tensor,
  { blocks, normalisation }: DcganSettings,
  transformWeight?: WeightTransform,
): Tensor {
  const options = {
    activation: (h: Tensor) => leakyRelu(h, SLOPE),
    normalise: normalisation === "batch" ? batchNorm : undefined,
    // A weight of zeros has no spectral norm to divide by.
    zeroBranch: transformWeight === undefined,
    transformWeight,
  };
  return Array.from({ length: blocks }).reduce<Tensor>(
    (h, _, index) => residualBlock(scope.child(`block${index + 1}`), h, options),
    maps,
  );
}

function judge(
  scope: Scope,
  pixelsSigned: Tensor,
  classes: Tensor | undefined,
  settings: DcganSettings,
): Verdict {
  const { channels, normalisation, spectral, objective } = settings;
  const transformWeight = spectral ? spectralNorm() : undefined;
  const usual = initialised(settings, heNormal({ gain: GAIN }));
  const maps = channels.reduce((h, features, index) => {
    const normalised = normalisation === "batch" && index > 0;
    const layer = { channels: features, bias: !normalised, transformWeight, ...HALVING, ...usual };
    const halved = conv2d(scope.child(`conv${index + 1}`), h, layer);
    const own = scope.child(`refine${index + 1}`);
    const y = residualBlocks(own, halved, settings, transformWeight);
    return leakyRelu(normalised ? batchNorm(scope.child(`norm${index + 1}`), y) : y, SLOPE);
  }, pixelsSigned);
  const seen = flatten(settings.minibatchStd ? minibatchStd(maps, { group: "batch" }) : maps);
  const last = { transformWeight, ...initialised(settings, heNormal({ gain: 1 })) };
  const output = squeeze(
    dense(scope.child("output"), seen, {
      features: 1,
      bias: objectives[objective].anchored,
      ...last,
    }),
    1,
  );
  const features = flatten(maps);
  if (classes === undefined) return { outputs: output, features };
  const projected = projection(scope.child("projection"), seen, classes, last);
  return { outputs: add(output, projected), features };
}

/**
 * The inner product of the features with a vector of the class, which makes the discriminator
 * conditional.
 *
 * @source Miyato & Koyama 2018, arXiv:1802.05637, equation 3
 */
export function projection(
  scope: Scope,
  features: Tensor,
  classes: Tensor,
  last: Omit<Parameters<typeof dense>[2], "features">,
): Tensor {
  const length = features.shape[1] as number;
  const embedded = dense(scope, classes, { ...last, features: length, bias: false });
  return mul(sum(mul(embedded, features), 1), 1 / Math.sqrt(length));
}

/** The paper starts all weights at N(0, 0.02²); without normalisation layers must keep the variance. */
const initialised = ({ recipe }: DcganSettings, usual: Initialiser) => ({
  weightInitialiser: recipe === "2015" ? normalValues(0.02) : usual,
  biasInitialiser: zeros,
});
