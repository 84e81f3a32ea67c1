import { add, div, equal, maximum, mul, where } from "../../tensor/ops/elementwise.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import { sum } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { normalValues } from "../initialisers.js";
import type { Scope } from "../scope.js";
import { HIDDEN } from "./attention-heads.js";
import { axisLength } from "./axis-length.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { layerNorm } from "./layer-norm.js";
import { transformerBlock } from "./transformer-block.js";

export interface CaptionEncoderOptions {
  /** Number of words of the vocabulary, the padding included. */
  readonly words: number;
  /** Length of the result. */
  readonly features: number;
  /** Width of the words' vectors; `features` by default. */
  readonly width?: number;
  /** Transformer blocks; 1 by default. Without any, the order of words does not count. */
  readonly blocks?: number;
  /** Heads of attention, which must divide the width; 4 by default. */
  readonly heads?: number;
}

/** The word that pads short captions. */
const PADDING = 0;

/**
 * The embedding of a caption: transformer blocks over its words and their places, then the mean over the
 * words. Padding is neither attended to nor counted, so that a caption of padding alone, which is none,
 * has an embedding of its own.
 *
 * Parts: `words`, `places`, `block1`, `block2`, …, `norm`, `output`.
 *
 * @param caption  int32 [B, T] words, padded with 0 at the end
 * @returns        [B, features]
 * @throws ShapeError when the heads do not divide the width
 */
export function captionEncoder(
  scope: Scope,
  caption: Tensor,
  { words, features, width = features, blocks = 1, heads = 4 }: CaptionEncoderOptions,
): Tensor {
  const length = axisLength("captionEncoder", caption, 1);
  const padded = equal(caption, PADDING);
  const known = embedding(scope.child("words"), caption, {
    count: words,
    features: width,
    weightInitialiser: normalValues(0.5),
  });
  const places = scope.child("places").parameter("weight", [length, width], normalValues(0.1));
  const mask = reshape(where(padded, HIDDEN, 0), [caption.shape[0], 1, 1, length]);
  let h = add(known, places);
  for (let block = 1; block <= blocks; block++) {
    h = transformerBlock(scope.child(`block${block}`), h, { heads, mask });
  }
  const weights = reshape(where(padded, 0, 1), [caption.shape[0], length, 1]);
  const counted = maximum(sum(weights, 1), 1);
  const mean = div(sum(mul(layerNorm(scope.child("norm"), h), weights), 1), counted);
  return dense(scope.child("output"), mean, { features });
}
