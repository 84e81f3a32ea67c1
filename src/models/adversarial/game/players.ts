import type { Scope } from "../../../nn/scope.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** What a discriminator says about its input. */
export interface Verdict {
  /** [N] the larger, the more real */
  readonly outputs: Tensor;
  /** [N, F] of the last hidden layer */
  readonly features: Tensor;
}

/** How badly a recogniser reads the generator's input from a drawn image. */
export interface Recognition {
  /** [N] minus the mutual information's lower bound, weighted */
  readonly loss: Tensor;
  /** [N] each */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** The two networks of a game. */
export interface Players {
  /** Length of the generator's input. */
  readonly latent: number;
  /**
   * Draws the generator's input.
   *
   * @param spread  scales it around its mode
   * @returns       [count, latent]
   */
  noise(scope: Scope, count: Dim, spread: Tensor | number): Tensor;
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
   */
  judge(scope: Scope, pixelsSigned: Tensor, classes: Tensor | undefined): Verdict;
  /**
   * Where both players are to keep what the generator's input says.
   *
   * @param scope     of the discriminator
   * @param features  [B, F] of drawn images
   * @param z         [B, latent] that they were drawn from
   */
  recognise?(scope: Scope, features: Tensor, z: Tensor): Recognition;
  /**
   * Where the discriminator also learns which real images belong together.
   *
   * @param scope         of the discriminator, in a pass of its own
   * @param pixelsSigned  [B, C, H, W] real images
   * @param features      [B, F] of them
   */
  group?(scope: Scope, pixelsSigned: Tensor, features: Tensor): Recognition;
}

/** Noise of N(0, I). */
export const normalNoise =
  (latent: number): Players["noise"] =>
  (scope, count, spread) =>
    mul(scope.noise("z", [count, latent], "normal"), spread);

/** The top-level scopes of the players. */
export const GENERATOR = "generator";
export const DISCRIMINATOR = "discriminator";
