import { explanationOf } from "../../explanation.js";
import { cacheBytes } from "../../symbols/cache/kept.js";
import { formatCount } from "../../typography.js";
import { cacheShape, type Network } from "./network.js";

/** @param parameters  number of learned parameters, without a part's */
export function explain(network: Network, parameters: number): string {
  const { symbols, length, classes, config } = network;
  const [rows, columns] = symbols.grid;
  const given = classes > 0 ? " | y" : "";
  const also = classes > 0 ? ", y" : "";
  const bytes = cacheBytes(cacheShape(network, 1));
  const isRaster = config.order === "raster";
  return explanationOf({
    Factorisation: [
      isRaster
        ? `p(s${given}) = ∏ᵢ p(sᵢ | s₁, …, sᵢ₋₁${also}) over ${length} symbols, row by row of ${rows}×${columns} places`
        : `p(sᵢ | any others${also}) for each of ${length} symbols of ${rows}×${columns} places; −log p(s${given}) ≤ the mean over random orders`,
      ...(isRaster && symbols.depth > 1 ? ["and within a pixel channel by channel"] : []),
      ...(classes > 0 ? [`for each of ${classes} classes y`] : []),
    ],
    "Conditional independence": [
      isRaster
        ? "none: a symbol depends on all symbols before it"
        : "symbols that are drawn in one pass are independent of each other",
    ],
    Symbols: [`${symbols.count}; ${symbols.describes}`],
    Parameters: [
      `${formatCount(BigInt(parameters))} in ${config.blocks} blocks, shared by all places`,
    ],
    Sampling: [
      isRaster
        ? `one pass a symbol; keys and values of earlier ones take ${(bytes / 1e6).toFixed(1)} MB an image`
        : "a few passes over all symbols",
    ],
  });
}
