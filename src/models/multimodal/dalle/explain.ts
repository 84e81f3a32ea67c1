import { explanationOf } from "../../explanation.js";
import { cacheBytes } from "../../symbols/cache/kept.js";
import { formatCount } from "../../typography.js";
import type { Design } from "./design.js";
import type { Setup } from "./setup.js";
import { cacheShape } from "./stack.js";

/** @param parameters  number of learned parameters, without the tokeniser's */
export function explain(setup: Setup, design: Design, parameters: number): string {
  const { config, symbols, textLength, imageLength, words } = setup;
  const [rows, columns] = symbols.grid;
  const bytes = cacheBytes(cacheShape(setup, design.length, 1));
  const isJoint = config.design === "joint";
  return explanationOf({
    Factorisation: [
      ...(isJoint
        ? [`p(w) = ∏ⱼ p(wⱼ | w₁, …, wⱼ₋₁) over up to ${textLength} words and the end`]
        : []),
      `p(s | w) = ∏ᵢ p(sᵢ | s₁, …, sᵢ₋₁, w) over ${imageLength} tokens, row by row of ${rows}×${columns}`,
    ],
    "Conditional independence": [
      config.attention.every((kind) => kind === "full")
        ? "none: a token depends on all words and on all tokens before it"
        : `blocks attend to the image ${config.attention.join(", ")} in turn, and to all words`,
    ],
    Symbols: [`${words} words, ${symbols.count} tokens; ${symbols.describes}`],
    Parameters: [`${formatCount(BigInt(parameters))}, without the tokeniser's`],
    Sampling: [
      `one pass a position; keys and values take ${(bytes / 1e6).toFixed(1)} MB an image, twice that with guidance`,
    ],
  });
}
