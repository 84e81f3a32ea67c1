import type { ImageShape } from "../../../core/batch.js";
import { dense, type Scope } from "../../../nn/index.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { patchFeatures, patchRealness } from "../translation/patch-features.js";
import { imageOrChange, residualGenerator } from "../translation/residual-generator.js";
import type { StarganConfig } from "./config.js";

/** The discriminator's outputs for images. */
export interface StarJudgement {
  /** [B] the mean over patches: the larger, the more real */
  readonly realness: Tensor;
  /** [B, K] logits of the classes or attributes */
  readonly recognised: Tensor;
}

/** One generator and one discriminator for all domains or attributes. */
export interface StarNetworks {
  /** Turns images to targets: [B, C, H, W] in [−1, 1] and [B, K] → [B, C, H, W] */
  translate(scope: Scope, pixelsSigned: Tensor, target: Tensor): Tensor;
  /** @param pixelsSigned  [B, C, H, W] in [−1, 1] */
  judge(scope: Scope, pixelsSigned: Tensor): StarJudgement;
}

const SLOPE = 0.01;

export function starNetworks(
  config: StarganConfig,
  { channels: colours }: ImageShape,
  names: readonly string[],
): StarNetworks {
  const { channels, blocks, output, patches } = config;
  return {
    translate(scope, pixelsSigned, target) {
      const drawn = residualGenerator(scope.child(GENERATOR), pixelsSigned, {
        channels,
        blocks,
        colours,
        told: target,
      });
      return imageOrChange(drawn, pixelsSigned, output === "change");
    },
    judge(scope, pixelsSigned) {
      const own = scope.child(DISCRIMINATOR);
      const seen = patchFeatures(own, pixelsSigned, {
        channels: patches,
        normalise: false,
        slope: SLOPE,
      });
      return {
        realness: mean(flatten(patchRealness(own.child("output"), seen, false)), 1),
        recognised: dense(own.child("recognition"), flatten(seen), { features: names.length }),
      };
    },
  };
}
