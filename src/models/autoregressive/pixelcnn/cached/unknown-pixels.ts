import { zerosOfShape } from "../../../../tensor/ops/rearrange.js";
import type { Maps } from "../../masks.js";
import type { PixelWindows } from "../windows.js";

const unknown = ({ channels }: Pick<Maps, "channels">) => zerosOfShape(["B", channels]);

/**
 * Windows at a pixel that is not known yet: zeros stand for all maps, [B, C]. What depends on none of
 * them, the weights or the rows above, can be asked for by windows that overrule these.
 */
export const unknownPixels: PixelWindows = {
  causal: (_, __, { to }) => unknown(to),
  left: (_, __, { to }) => unknown(to),
  pointwise: (_, __, { to }) => unknown(to),
  everywhere: (vector) => vector,
  located: ({ rows }) => unknown({ channels: rows.shape[1] as number }),
};
