import { z } from "zod";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, sub } from "../../../tensor/ops/elementwise.js";
import { split } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type ResidualGeneratorOptions, residualGenerator } from "./residual-generator.js";

/** What a translator makes of an image. */
export const translatorOutput = z
  .enum(["image", "change", "masked"])
  .describe(
    "whether a generator draws a new image, a change of the given one, or a new image and a mask of where it replaces the given one",
  );

export interface TranslatorOptions extends Omit<ResidualGeneratorOptions, "colours"> {
  readonly output: z.output<typeof translatorOutput>;
}

/**
 * A network that turns images into others.
 *
 * - `image`: the image that the network draws.
 * - `change`: image + 2 · what the network draws, which may leave [−1, 1].
 * - `masked`: m · what the network draws + (1 − m) · image, with a mask m in (0, 1) that it draws too.
 *
 * @param image  [B, C, H, W] in [−1, 1]
 * @returns      [B, C, H, W]
 * @source the change: Shen & Liu 2017, arXiv:1612.05363, section 3.2; the mask: Pumarola et al. 2018,
 *         arXiv:1807.09251, equation 1, where it says what to keep
 */
export function translator(
  scope: Scope,
  image: Tensor,
  { output, ...options }: TranslatorOptions,
): Tensor {
  const colours = image.shape[1] as number;
  const drawn = residualGenerator(scope, image, {
    ...options,
    colours: output === "masked" ? colours + 1 : colours,
  });
  if (output === "image") return drawn;
  if (output === "change") return add(image, mul(drawn, 2));
  const [painted, mask] = split(drawn, [colours, 1], 1);
  return add(image, mul(mul(add(mask, 1), 0.5), sub(painted, image)));
}
