import { add, cast, div, equal, mul, neg } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, transpose } from "../../../tensor/ops/rearrange.js";
import { logSoftmax, max, min, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Cosines of all images of a batch with all its captions, and the contrastive loss of each. */
export interface Contrast {
  /** [B] nats: the mean of the two cross-entropies of an image and its caption */
  readonly loss: Tensor;
  /** [B] 1 where the caption that is nearest to an image is its own */
  readonly hits: Tensor;
}

/**
 * The symmetric contrastive loss: an image must find its caption among those of the batch, and a caption
 * its image. Images whose captions are the same, word by word, are as right as each other and share the
 * target.
 *
 * @param images    [B, E] of length 1
 * @param captions  [B, E] of length 1
 * @param scale     factor of the cosines
 * @param words     int [B, T]
 * @source Radford et al. 2021, arXiv:2103.00020, figure 3; shared targets: Yang et al. 2022,
 *         arXiv:2204.03610, equation 3
 */
export function contrast(images: Tensor, captions: Tensor, scale: Tensor, words: Tensor): Contrast {
  const logits = mul(matmul(images, captions, { transposeB: true }), scale);
  const alike = equal(expandDims(words, 1), expandDims(words, 0));
  const same = min(cast(alike, logits.dtype), 2);
  const target = div(same, sum(same, 1, true));
  const found = (rows: Tensor) => neg(sum(mul(target, logSoftmax(rows, 1)), 1));
  const both = div(add(found(logits), found(transpose(logits, [1, 0]))), 2);
  const best = equal(logits, max(logits, 1, true));
  return { loss: both, hits: max(mul(cast(best, logits.dtype), same), 1) };
}
