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
    Embeddings: [
      `f(x) of an image and g(w) of a caption, both of length 1 in ${features} dimensions`,
    ],
    Objective: [
      "−½ (log p(w | x) + log p(x | w)) over the captions and images of a batch",
      "p(w | x) ∝ exp(s · f(x)ᵀg(w)) with a learned scale s ≤ 100",
    ],
    Captions: [`of ${words} words`],
    Parameters: [formatCount(BigInt(parameters))],
  });
}
