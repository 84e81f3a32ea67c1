import type { Clock } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, clip, mul, sub } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { augmented } from "../augment/index.js";
import { withInstanceNoise } from "../penalties/instance-noise.js";
import { pack } from "../penalties/packing.js";
import type { Judged } from "../penalties/squared-gradient-norm.js";
import { DISCRIMINATOR, type Players, type Verdict } from "./players.js";
import type { GameSettings } from "./settings.js";

/**
 * What the discriminator sees of images: augmented, with instance noise, and packed.
 *
 * @param pass          of this look, whose noise it draws
 * @param pixelsSigned  [B, C, H, W]
 * @returns             [B / m, m·C, H, W]
 */
export function seenOf(
  pass: Scope,
  pixelsSigned: Tensor,
  { progress }: Clock,
  { augment, instanceNoise, instanceNoiseShare, packing }: GameSettings,
): Tensor {
  const scope = pass.child(DISCRIMINATOR).child("seen");
  const varied = augmented(scope, pixelsSigned, augment);
  if (instanceNoise === 0) return pack(varied, packing);
  const noise = scope.noise("instance", pixelsSigned.shape, "normal");
  const options = { std: instanceNoise, share: instanceNoiseShare };
  return pack(withInstanceNoise(varied, noise, progress, options), packing);
}

/** The discriminator's judgement of what it sees in a pass. */
export const judgedIn = (
  { judge }: Players,
  pass: Scope,
  seen: Tensor,
  classes: Tensor | undefined,
): Judged & Verdict => ({ seen, ...judge(pass.child(DISCRIMINATOR), seen, classes) });

/** [0, 1] as [−1, 1], which both players work in. */
export const signed = (pixelsUnit: Tensor): Tensor => sub(mul(pixelsUnit, 2), 1);

/** [−1, 1] as [0, 1]; what a linear last layer gives beyond is cut off. */
export const unit = (pixelsSigned: Tensor): Tensor => clip(mul(add(pixelsSigned, 1), 0.5), 0, 1);
