import type { Scope } from "../../../nn/scope.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { patchFeatures, patchRealness } from "../translation/patch-features.js";
import { translator } from "../translation/translator.js";
import type { CycleganConfig } from "./config.js";

/** The top-level scopes; each network is in a child named by its domain's number. */
export const GENERATORS = "generators";
export const DISCRIMINATORS = "discriminators";

const SLOPE = 0.2;

/** A generator and a discriminator for each of two domains. */
export interface CycleNetworks {
  /** Translates images to a domain: [B, C, H, W] in [−1, 1] → [B, C, H, W] */
  translate(scope: Scope, pixelsSigned: Tensor, domain: number): Tensor;
  /** How much each patch is of a domain: [B, C, H, W] in [−1, 1] → [B, P] */
  judge(scope: Scope, pixelsSigned: Tensor, domain: number): Tensor;
}

export function cycleNetworks(config: CycleganConfig): CycleNetworks {
  const { channels, blocks, output, patches } = config;
  return {
    translate(scope, pixelsSigned, domain) {
      const own = scope.child(GENERATORS).child(`${domain}`);
      return translator(own, pixelsSigned, { channels, blocks, output });
    },
    judge(scope, pixelsSigned, domain) {
      const own = scope.child(DISCRIMINATORS).child(`${domain}`);
      const seen = patchFeatures(own, pixelsSigned, {
        channels: patches,
        normalise: true,
        slope: SLOPE,
      });
      return flatten(patchRealness(own.child("output"), seen));
    },
  };
}

/** The mean over an image's patches: [B, P] → [B] */
export const overPatches = (values: Tensor): Tensor => mean(values, 1);
