import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** The two networks of a game. */
export interface Players {
  /** Length of the generator's noise. */
  readonly latent: number;
  /**
   * @param scope    of the generator
   * @param z        [B, latent]
   * @param classes  [B, K] 1 at an image's class; undefined where the model knows none
   * @returns        [B, C, H, W] in [−1, 1], or beyond where the last layer is linear
   */
  generate(scope: Scope, z: Tensor, classes: Tensor | undefined): Tensor;
  /**
   * @param scope         of the discriminator
   * @param pixelsSigned  [N, m·C, H, W] packs of images
   * @param classes       as of `generate`
   * @returns             [N] the larger, the more real
   */
  judge(scope: Scope, pixelsSigned: Tensor, classes: Tensor | undefined): Tensor;
}

/** The top-level scopes of the players. */
export const GENERATOR = "generator";
export const DISCRIMINATOR = "discriminator";
