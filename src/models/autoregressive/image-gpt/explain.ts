import { explanationOf } from "../../explanation.js";
import { cacheBytes } from "../../symbols/cache.js";
import { formatCount } from "../../typography.js";
import { cacheShape, type Network } from "./network.js";

/** @param parameters  number of learned parameters, without a part's */
export function explain(network: Network, parameters: number): string {
  const { symbols, length, classes, config } = network;
  const [rows, columns] = symbols.grid;
  const given = classes > 0 ? " | y" : "";
  const also = classes > 0 ? ", y" : "";
  const bytes = cacheBytes(cacheShape(network, 1));
  return explanationOf({
    Factorisation: [
      `p(s${given}) = ∏ᵢ p(sᵢ | s₁, …, sᵢ₋₁${also}) over ${length} symbols, row by row of ${rows}×${columns} places`,
      ...(symbols.depth > 1 ? ["and within a pixel channel by channel"] : []),
      ...(classes > 0 ? [`for each of ${classes} classes y`] : []),
    ],
    "Conditional independence": ["none: a symbol depends on all symbols before it"],
    Symbols: [`${symbols.count}; ${symbols.describes}`],
    Parameters: [
      `${formatCount(BigInt(parameters))} in ${config.blocks} blocks, shared by all places`,
    ],
    Sampling: [
      `one pass a symbol; keys and values of earlier ones take ${(bytes / 1e6).toFixed(1)} MB an image`,
    ],
  });
}
