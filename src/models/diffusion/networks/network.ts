import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** A network that predicts an image of noisy images. */
export interface Network {
  /** Length of the embedding of a noise level and a condition. */
  embeddingLength(settings: NetworkSettings): number;
  /**
   * @param z         [B, C, H, W] noisy images at unit scale; `patch` and any halvings divide H and W
   * @param told      [B, E] what is known of them: the noise level, and a condition
   * @param channels  of the prediction
   * @returns         [B, channels, H, W], 0 before training
   */
  trace(scope: Scope, z: Tensor, told: Tensor, settings: NetworkSettings, channels: number): Tensor;
}

/** The settings of a model that shape its network; see the model's configuration. */
export interface NetworkSettings {
  readonly channels: number;
  readonly multipliers: readonly number[];
  readonly blocks: number;
  readonly attention: readonly number[];
  readonly heads: number;
  readonly dropout: number;
  readonly patch: number;
}

/** The largest number of heads up to `most` that divides the channels. */
export function headsFor(channels: number, most: number): number {
  for (let heads = most; heads > 1; heads--) if (channels % heads === 0) return heads;
  return 1;
}
