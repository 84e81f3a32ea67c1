import type { ImageShape } from "../../core/batch.js";
import { explanationOf } from "../explanation.js";
import { formatCount } from "../typography.js";
import type { RasterModel } from "./settings.js";

/**
 * Explains a model of pixels in raster order.
 *
 * @param context     which earlier pixels a pixel depends on
 * @param parameters  number of learned parameters
 */
export function explain(
  { channels, height, width }: ImageShape,
  { head, classes }: RasterModel,
  context: string,
  parameters: number,
): string {
  const given = classes > 0 ? " | y" : "";
  const also = classes > 0 ? ", y" : "";
  return explanationOf({
    Factorisation: [
      `p(x${given}) = ∏ᵢ p(xᵢ | x₁, …, xᵢ₋₁${also}) over the ${height * width} pixels, row by row`,
      ...(channels > 1 ? ["and within a pixel channel by channel"] : []),
      ...(classes > 0 ? [`for each of ${classes} classes y`] : []),
    ],
    "Conditional independence": [context],
    Pixel: [head.describes],
    Parameters: [`${formatCount(BigInt(parameters))}, shared by all pixels`],
  });
}
