import type { Tensor } from "../../../tensor/tensor.js";

/** The losses of both players, from the discriminator's outputs before any sigmoid. */
export interface AdversarialObjective {
  /**
   * @param real   [B] outputs on real images
   * @param drawn  [B] outputs on drawn images
   * @returns      [B] what the discriminator minimises
   */
  discriminator(real: Tensor, drawn: Tensor): Tensor;
  /**
   * @param drawn  [B] outputs on drawn images
   * @param real   [B] outputs on real images; read by a paired objective only
   * @returns      [B] what the generator minimises
   */
  generator(drawn: Tensor, real: Tensor): Tensor;
  /** Whether the generator's loss compares drawn images with real ones. */
  readonly paired: boolean;
  /**
   * The loss on real images whose target is 1 − smoothing; absent where the objective has no target
   * to smooth.
   */
  smoothed?(real: Tensor, drawn: Tensor, smoothing: number): Tensor;
  /** Whether outputs are log-odds, so that a difference of 10 is as good as certainty. */
  readonly logOdds: boolean;
  /**
   * Whether a constant added to all outputs makes a difference; where only differences count, the
   * discriminator's last layer has no bias.
   */
  readonly anchored: boolean;
  /** Whether the discriminator must be kept from growing without bound. */
  readonly needsLipschitz: boolean;
}
