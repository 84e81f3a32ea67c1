import { affineResample } from "../../../nn/affine-resample.js";
import type { Scope } from "../../../nn/scope.js";
import {
  cast,
  cos,
  greaterEqual,
  less,
  mul,
  neg,
  sin,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import type { ClassifierConfig } from "./config.js";

/** By how much training images may be changed. */
export type Augmentation = Pick<ClassifierConfig, "shift" | "rotation" | "flip">;

/**
 * Training images, each moved, turned and mirrored at random.
 *
 * @param pixelsUnit  [B, C, H, W] in [0, 1]
 * @param binary      whether pixels are 0 or 1, and are to stay so
 * @returns           the same; the images themselves where nothing may be changed
 */
export function augment(
  scope: Scope,
  pixelsUnit: Tensor,
  { shift, rotation, flip }: Augmentation,
  binary: boolean,
): Tensor {
  if (shift === 0 && rotation === 0 && !flip) return pixelsUnit;
  const [batch] = pixelsUnit.shape;
  const within = (name: string, reach: number) =>
    reach === 0 ? constant(0) : mul(sub(scope.noise(name, [batch], "uniform"), 0.5), 2 * reach);
  const angle = within("rotation", (rotation * Math.PI) / 180);
  const mirror = flip
    ? where(less(scope.noise("flip", [batch], "uniform"), 0.5), 1, -1)
    : constant(1);
  const moved = affineResample(pixelsUnit, {
    row: { down: cos(angle), right: mul(neg(sin(angle)), mirror), offset: within("rows", shift) },
    column: { down: sin(angle), right: mul(cos(angle), mirror), offset: within("columns", shift) },
  });
  return binary ? cast(greaterEqual(moved, 0.5), "float32") : moved;
}
