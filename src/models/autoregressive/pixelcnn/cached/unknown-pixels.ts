import { zerosOfShape } from "../../../../tensor/ops/rearrange.js";
import type { Maps } from "../../masks.js";
import type { PixelWindows } from "../windows.js";

const unknown = ({ channels }: Pick<Maps, "channels">) => zerosOfShape(["B", channels]);

/**
 * Windows at a pixel that is not known yet, with zeros for all maps [B, C]. Other windows override them
 * to obtain what does not depend on the pixel: the weights, or the share from the rows above.
 */
export const unknownPixels: PixelWindows = {
  causal: (_, __, { to }) => unknown(to),
  left: (_, __, { to }) => unknown(to),
  pointwise: (_, __, { to }) => unknown(to),
  everywhere: (vector) => vector,
  located: ({ rows }) => unknown({ channels: rows.shape[1] as number }),
};
