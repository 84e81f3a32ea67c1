import { categorical } from "../../../nn/index.js";
import { cast, mul, neg, notEqual } from "../../../tensor/ops/elementwise.js";
import { broadcastTo, concat, sliceAxis } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { full, type Tensor } from "../../../tensor/tensor.js";

/**
 * −log p of each image's tokens.
 *
 * @param logits  [B, N, K]
 * @param tokens  [B, N] in [0, K)
 * @returns       [B] nats
 */
export const imageNats = (logits: Tensor, tokens: Tensor): Tensor =>
  neg(sum(categorical(logits).logProb(tokens), 1));

/** −log p of captions, and of how many symbols each is the sum. */
export interface TextNats {
  /** [B] nats */
  readonly nats: Tensor;
  /** [B] words and the end, where it is short of the longest; at least 1. */
  readonly symbols: Tensor;
}

/**
 * A caption ends with its first padding, which is a symbol like a word; what follows is certain.
 *
 * @param logits   [B, L, words]
 * @param caption  int32 [B, L], padded with 0 at the end
 */
export function textNats(logits: Tensor, caption: Tensor): TextNats {
  const [batch, length] = caption.shape as readonly [number | string, number];
  const first = full([1, 1], 1);
  const goesOn = cast(notEqual(caption, 0), "float32");
  const later = sliceAxis(goesOn, 1, { start: 0, end: length - 1 });
  const counts = length === 1 ? first : concat([broadcastTo(first, [batch, 1]), later], 1);
  const each = mul(categorical(logits).logProb(caption), counts);
  return { nats: neg(sum(each, 1)), symbols: sum(broadcastTo(counts, [batch, length]), 1) };
}
