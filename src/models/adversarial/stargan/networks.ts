import { dense, type Scope } from "../../../nn/index.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { objectives } from "../objectives/index.js";
import { patchFeatures, patchRealness } from "../translation/patch-features.js";
import { translator } from "../translation/translator.js";
import type { StarganConfig } from "./config.js";
import { recognitions, type StarJudgement } from "./recognition.js";

/** One generator and one discriminator for all domains or attributes. */
export interface StarNetworks {
  /** Turns images to targets: [B, C, H, W] in [−1, 1] and [B, K] → [B, C, H, W] */
  translate(scope: Scope, pixelsSigned: Tensor, target: Tensor): Tensor;
  /** @param pixelsSigned  [B, C, H, W] in [−1, 1] */
  judge(scope: Scope, pixelsSigned: Tensor): StarJudgement;
}

const SLOPE = 0.01;

export function starNetworks(config: StarganConfig, names: readonly string[]): StarNetworks {
  const { channels, blocks, output, patches, recognition, objective } = config;
  return {
    translate: (scope, pixelsSigned, target) =>
      translator(scope.child(GENERATOR), pixelsSigned, { channels, blocks, output, told: target }),
    judge(scope, pixelsSigned) {
      const own = scope.child(DISCRIMINATOR);
      const seen = patchFeatures(own, pixelsSigned, {
        channels: patches,
        normalise: false,
        slope: SLOPE,
      });
      return {
        realness: mean(
          flatten(patchRealness(own.child("output"), seen, objectives[objective].anchored)),
          1,
        ),
        recognised: dense(own.child("recognition"), flatten(seen), {
          features: names.length,
          bias: !recognitions[recognition].mismatches,
        }),
      };
    },
  };
}
