import { normalValues } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { equal, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Setup } from "./setup.js";

export const EMBEDDING_STD = 0.02;
/** The word that pads captions. */
const PADDING = 0;

/** Vectors of a caption's words. Parameters: `words`, `padding` and, where captions are hidden, `hidden`. */
export interface Words {
  /**
   * Vectors of whole captions: [B, L] → [B, L, D].
   *
   * @param isHidden  bool [B] of the captions in whose place the model reads that there is none
   */
  all(captions: Tensor, isHidden: Tensor): Tensor;
  /**
   * Vectors of the words at one place: [B] → [B, D].
   *
   * @param place  int scalar in [0, L)
   */
  at(words: Tensor, place: Tensor, isHidden: Tensor): Tensor;
}

/**
 * Each place has a vector for padding of its own, which tells how long the caption is, and one for a
 * caption that is hidden, which padding does not say.
 *
 * @param std  of the first vectors' elements
 * @source padding by place: Ramesh et al. 2021, arXiv:2102.12092, section 2.2
 */
export function wordsOf(
  scope: Scope,
  { config, textLength, words }: Setup,
  std = EMBEDDING_STD,
): Words {
  const { features } = config;
  const learned = (name: string, count: number) =>
    scope.parameter(name, [count, features], normalValues(std));
  const [table, padding] = [learned("words", words), learned("padding", textLength)];
  const hidden = config.dropCaption === 0 ? undefined : learned("hidden", textLength);
  return {
    all(captions, isHidden) {
      const known = gather(table, captions);
      const padded = where(expandDims(equal(captions, PADDING), 2), padding, known);
      if (hidden === undefined) return padded;
      return where(expandDims(expandDims(isHidden, 1), 2), hidden, padded);
    },
    at(indices, place, isHidden) {
      const known = gather(table, indices);
      const padded = where(expandDims(equal(indices, PADDING), 1), gather(padding, place), known);
      if (hidden === undefined) return padded;
      return where(expandDims(isHidden, 1), gather(hidden, place), padded);
    },
  };
}
