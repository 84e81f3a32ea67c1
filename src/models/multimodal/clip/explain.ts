import type { DataTraits } from "../../../core/batch.js";
import { explanationOf } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import type { ClipConfig } from "./config.js";

/** @param parameters  numbers of learned parameters of both towers together */
export function explain(
  { features }: ClipConfig,
  { annotations: { caption } }: DataTraits,
  parameters: number,
): string {
  const words = (caption?.vocabulary.length ?? 1) - 1;
  return explanationOf({
    Factorisation: [
      "p(w | x) ∝ exp(s · f(x)ᵀg(w)) among the captions of a batch, and p(x | w) among its images",
      `f(x) of an image and g(w) of a caption have length 1 in ${features} dimensions; s ≤ 100 is learned`,
      "training minimises −½ (log p(w | x) + log p(x | w)); there is no density of images",
    ],
    "Conditional independence": [
      "an image and a caption meet in the product of f(x) and g(w) alone",
    ],
    Captions: [`of ${words} words`],
    Parameters: [formatCount(BigInt(parameters))],
  });
}
