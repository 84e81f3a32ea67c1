import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { varyColour } from "./color.js";
import { cutOut } from "./cutout.js";
import { translate } from "./translation.js";
import { warp, warpDraws } from "./warp.js";

type Draw = (name: string) => Tensor;

/** Draws of one number for each image, uniform on [0, 1), each by its name: [B, 1, 1, 1] */
export const drawsFor =
  (scope: Scope, images: Tensor): Draw =>
  (name) =>
    scope.noise(name, [images.shape[0], 1, 1, 1], "uniform");

/** Every kind of augmentation, by its name in settings, in the order in which they act. */
const kinds = {
  color: (pixelsSigned: Tensor, draw: Draw) =>
    varyColour(pixelsSigned, {
      brightness: draw("brightness"),
      saturation: draw("saturation"),
      contrast: draw("contrast"),
    }),
  translation: (pixelsSigned: Tensor, draw: Draw) =>
    translate(pixelsSigned, { rows: draw("rows"), columns: draw("columns") }),
  cutout: (pixelsSigned: Tensor, draw: Draw) =>
    cutOut(pixelsSigned, { row: draw("row"), column: draw("column") }),
  warp: (pixelsSigned: Tensor, draw: Draw) => warp(pixelsSigned, warpDraws(draw)),
} as const;

export type AugmentationName = keyof typeof kinds;
export const augmentationNames = Object.keys(kinds) as AugmentationName[];

/**
 * Differentiable augmentation: varies what the discriminator sees, real and drawn images alike, so
 * that it cannot learn few images by heart while the generator learns no variation.
 *
 * @param scope         of the pass, whose noise decides
 * @param pixelsSigned  [B, C, H, W]
 * @source Zhao et al. 2020, arXiv:2006.10738, equations 4 and 5
 */
export function augmented(
  scope: Scope,
  pixelsSigned: Tensor,
  names: readonly AugmentationName[],
): Tensor {
  const draw = drawsFor(scope, pixelsSigned);
  return augmentationNames
    .filter((name) => names.includes(name))
    .reduce((images, name) => kinds[name](images, draw), pixelsSigned);
}
