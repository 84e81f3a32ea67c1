import { explanationOf } from "../../explanation.js";
import { cacheBytes } from "../../symbols/cache/kept.js";
import { formatCount } from "../../typography.js";
import type { DalleConfig } from "./config.js";
import type { Design } from "./design.js";
import type { Setup } from "./setup.js";
import { cacheShape } from "./stack.js";

/** @param parameters  number of learned parameters, without the tokeniser's */
export function explain(setup: Setup, design: Design, parameters: number): string {
  const { config, symbols, textLength, imageLength, words } = setup;
  const [rows, columns] = symbols.grid;
  const bytes = cacheBytes(cacheShape(setup, design.length, 1));
  const isRaster = config.order === "raster";
  return explanationOf({
    Factorisation: [
      ...(isRaster && config.design === "joint"
        ? [`p(w) = ∏ⱼ p(wⱼ | w₁, …, wⱼ₋₁) over up to ${textLength} words and the end`]
        : []),
      isRaster
        ? `p(s | w) = ∏ᵢ p(sᵢ | s₁, …, sᵢ₋₁, w) over ${imageLength} tokens, row by row of ${rows}×${columns}`
        : `p(sᵢ | any others, w) for each of ${imageLength} tokens of ${rows}×${columns} places; −log p(s | w) ≤ the mean over random orders`,
      ...(isRaster ? [] : ["the words w are given, not modelled"]),
    ],
    "Conditional independence": [
      isRaster
        ? seenInRaster(config)
        : "tokens that are drawn in one pass are independent of each other",
    ],
    Symbols: [`${words} words, ${symbols.count} tokens; ${symbols.describes}`],
    Parameters: [`${formatCount(BigInt(parameters))}, without the tokeniser's`],
    Sampling: [
      isRaster
        ? `one pass a position; keys and values take ${(bytes / 1e6).toFixed(1)} MB an image, twice that with guidance`
        : "a few passes over all tokens, each of twice the rows with guidance",
    ],
  });
}

/** What a token depends on in raster order. */
const seenInRaster = ({ attention }: DalleConfig): string =>
  attention.every((kind) => kind === "full")
    ? "none: a token depends on all words and on all tokens before it"
    : `blocks attend to the image ${attention.join(", ")} in turn, and to all words`;
