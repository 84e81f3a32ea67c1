import type { ImageShape } from "../../../core/batch.js";
import type { PatchPlaces } from "../../../core/capability.js";
import { ConfigError } from "../../../core/errors.js";
import { conv2d, dense, resizeConv2d, type Scope } from "../../../nn/index.js";
import { leakyRelu } from "../../../tensor/ops/activation.js";
import { div, maximum, minimum, mul, relu, sigmoid } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import {
  broadcastTo,
  concat,
  expandDims,
  flatten,
  reshape,
  slice,
  squeeze,
} from "../../../tensor/ops/rearrange.js";
import { logSoftmax, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { signed } from "../game/views.js";
import { objectives } from "../objectives/index.js";
import { patchFeatures } from "../translation/patch-features.js";
import { requireTranslatable, residualGenerator } from "../translation/residual-generator.js";
import type { PuzzleGanConfig } from "./config.js";
import { type Placing, placingOn } from "./placing.js";
import { logSinkhorn } from "./sinkhorn.js";

const SLOPE = 0.2;
const active = (h: Tensor): Tensor => leakyRelu(h, SLOPE);

/** What the generator makes out of patches before it draws. */
export interface Layout {
  /** [B, E] the sum of the patches' embeddings */
  readonly whole: Tensor;
  /** [B, 1, H, W] in [0, 1] where the patches are */
  readonly mask: Tensor;
  /** The same before the sigmoid. */
  readonly maskLogits: Tensor;
  /** [B, K, P] log p(place | patches) of each patch */
  readonly logProbs: Tensor;
}

/** Patches as they are laid on an image. */
export interface Canvas {
  /** [B, C, H, W] in [−1, 1]: the mean of the patches that cover a pixel; 0 where none does */
  readonly shown: Tensor;
  /** [B, 1, H, W] 1 where a patch covers the pixel, else 0 */
  readonly covered: Tensor;
}

export interface PuzzleNetworks {
  readonly places: PatchPlaces;
  readonly placing: Placing;
  /** @param patches  [B, K, C, h, w] in [0, 1] */
  locate(scope: Scope, patches: Tensor): Layout;
  /** @param chosen  [B, K, P] one-hot */
  lay(patches: Tensor, chosen: Tensor): Canvas;
  /** The whole image: noise [B, latent] → [B, C, H, W] in (−1, 1) */
  draw(scope: Scope, z: Tensor, layout: Layout, canvas: Canvas): Tensor;
  /** [B, C, H, W] in [−1, 1] → [B], the larger, the more real */
  judge(scope: Scope, pixelsSigned: Tensor): Tensor;
}

/**
 * A part encoder, whose embeddings are summed, so that the order of the patches is lost; a mask decoder,
 * which lays out the whole; a position head, which compares each patch with each place of the layout; and
 * an image decoder, which sees the mask and the patches at their places.
 *
 * @source Lee et al. 2017, arXiv:1703.10730, section 3, with smaller networks; the position head is ours
 */
export function puzzleNetworks(
  config: PuzzleGanConfig,
  shape: ImageShape,
  places: PatchPlaces,
): PuzzleNetworks {
  const { embedding, match, rounds, channels, blocks, discriminator, objective } = config;
  const { channels: colours } = shape;
  const { patches: count, puzzle } = places;
  const placing = placingOn(places, shape);
  return {
    places,
    placing,
    locate(scope, patches) {
      const own = scope.child(GENERATOR);
      const [batch] = patches.shape;
      const parts = reshape(encoded(own.child("part"), patches, config), [batch, count, embedding]);
      const whole = sum(parts, 1);
      const layout = laidOut(own.child("layout"), whole, config, shape);
      const maskLogits = conv2d(own.child("mask"), layout, { channels: 1, kernel: 3, padding: 1 });
      const head = own.child("position");
      const context = broadcastTo(expandDims(whole, 1), parts.shape);
      const hidden = dense(head.child("hidden"), concat([parts, context], 2), {
        features: embedding,
      });
      const asked = dense(head.child("patch"), active(hidden), { features: match });
      const keys = conv2d(head.child("place"), layout, { channels: match, kernel: 3, padding: 1 });
      const scores = mul(matmul(asked, atCentres(keys, places)), 1 / Math.sqrt(match));
      return {
        whole,
        mask: sigmoid(maskLogits),
        maskLogits,
        logProbs: puzzle ? logSinkhorn(scores, rounds) : logSoftmax(scores, 2),
      };
    },
    lay(patches, chosen) {
      const depth = sum(placing.cover(chosen), 1);
      const covered = minimum(depth, 1);
      const mean = div(sum(placing.lay(patches, chosen), 1), maximum(depth, 1));
      return { shown: mul(signed(mean), covered), covered };
    },
    draw(scope, z, { whole, mask }, { shown, covered }) {
      return residualGenerator(
        scope.child(GENERATOR).child("image"),
        concat([shown, covered, mask], 1),
        { channels, blocks, colours, told: concat([z, whole], 1) },
      );
    },
    judge(scope, pixelsSigned) {
      const own = scope.child(DISCRIMINATOR);
      const seen = patchFeatures(own, pixelsSigned, {
        channels: discriminator,
        normalise: false,
        slope: SLOPE,
      });
      const { anchored } = objectives[objective];
      return squeeze(dense(own.child("output"), flatten(seen), { features: 1, bias: anchored }), 1);
    },
  };
}

/** [B, K, C, h, w] in [0, 1] → [B · K, E], each patch by itself */
function encoded(scope: Scope, patches: Tensor, { part, embedding }: PuzzleGanConfig): Tensor {
  const h = part.reduce(
    (maps, features, at) =>
      active(
        conv2d(scope.child(`conv${at + 1}`), maps, {
          channels: features,
          kernel: 3,
          stride: at === 0 ? 1 : 2,
          padding: 1,
        }),
      ),
    reshape(signed(patches), [-1, ...patches.shape.slice(2)]),
  );
  return dense(scope.child("embedding"), flatten(h), { features: embedding });
}

/** [B, E] → [B, F, H, W] */
function laidOut(
  scope: Scope,
  whole: Tensor,
  { layout }: PuzzleGanConfig,
  { height, width }: ImageShape,
): Tensor {
  const [smallest, ...larger] = layout;
  const [rows, columns] = [height, width].map((side) => side / 2 ** larger.length);
  const seeds = dense(scope.child("seeds"), active(whole), { features: smallest * rows * columns });
  return larger.reduce(
    (maps, features, at) =>
      relu(
        resizeConv2d(scope.child(`up${at + 1}`), maps, {
          channels: features,
          kernel: 3,
          padding: 1,
        }),
      ),
    relu(reshape(seeds, [whole.shape[0], smallest, rows, columns])),
  );
}

/** What maps hold at the centre of each place: [B, F, H, W] → [B, F, P] */
function atCentres(maps: Tensor, { tops, lefts, side }: PatchPlaces): Tensor {
  const along = (starts: readonly number[], size: number) => {
    const middle = Math.floor(size / 2);
    const [first, second = first + 1] = starts;
    const last = starts[starts.length - 1];
    return { start: first + middle, end: last + middle + 1, step: second - first };
  };
  const centres = slice(maps, [null, null, along(tops, side[0]), along(lefts, side[1])]);
  return reshape(centres, [...maps.shape.slice(0, 2), tops.length * lefts.length]);
}

/** @throws ConfigError when the decoders or the discriminator cannot halve the images so often */
export function requirePuzzleSides(config: PuzzleGanConfig, shape: ImageShape): void {
  const { height, width } = shape;
  requireTranslatable("puzzle-gan", config, shape);
  const times = config.layout.length - 1;
  if ([height, width].some((side) => side % 2 ** times !== 0)) {
    throw new ConfigError(
      `puzzle-gan: images of ${height}×${width} cannot be halved ${times} times; list fewer layout, or take another --size, such as ${2 ** (times + 3)}`,
    );
  }
  const most = Math.floor(Math.log2(Math.min(height, width)));
  if (config.discriminator.length > most) {
    throw new ConfigError(
      `puzzle-gan: images of ${height}×${width} cannot be halved ${config.discriminator.length} times by the discriminator; list at most ${most} of discriminator`,
    );
  }
}
