import {
  abs,
  and,
  cast,
  equal,
  greater,
  less,
  notEqual,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import { argMax, max, sum } from "../../../tensor/ops/reduction.js";
import { range, type Tensor } from "../../../tensor/tensor.js";

/**
 * Which captions of a batch are the same, each as itself: bool [B, B]
 *
 * @param caption  int32 [B, T]
 */
export function sameCaptions(caption: Tensor): Tensor {
  const words = cast(caption, "float32");
  const distances = sum(abs(sub(expandDims(words, 1), expandDims(words, 0))), 2);
  return less(distances, 0.5);
}

/** A caption for each image that is not its own. */
export interface WrongCaptions {
  /** int64 [B] its place in the batch */
  readonly places: Tensor;
  /** float32 [B] 1 where there is one; 0 where all captions of the batch are the same */
  readonly exist: Tensor;
}

/**
 * Chooses for each image a caption of the batch other than its own, all equally likely. One that reads
 * the same is not another.
 *
 * @param same     bool [B, B] from {@link sameCaptions}
 * @param uniform  [B, B] in [0, 1)
 */
export function wrongCaptions(same: Tensor, uniform: Tensor): WrongCaptions {
  const chances = where(same, -1, uniform);
  return {
    places: argMax(chances, 1),
    exist: cast(greater(max(chances, 1), -0.5), "float32"),
  };
}

/** The rows of a batch at these places: [B, …] → [B, …] */
export const rowsAt = (values: Tensor, places: Tensor): Tensor => gather(values, places, 0);

/** A caption for each image that is its own but for one word. */
export interface NearCaptions {
  /** int32 [B, T] */
  readonly captions: Tensor;
  /** float32 [B] 1 where there is one; 0 where the two captions nowhere differ in a word */
  readonly exist: Tensor;
}

/**
 * Exchanges one word of each caption for the word that another caption has at that place, all places at which
 * both have a word and these differ being equally likely. Captions of a batch at large differ in so much that
 * nobody need look at every word to tell them apart.
 *
 * @param caption  int32 [B, T], padded with 0
 * @param others   int32 [B, T]
 * @param uniform  [B, T] in [0, 1)
 */
export function nearCaptions(caption: Tensor, others: Tensor, uniform: Tensor): NearCaptions {
  const bothSay = and(greater(caption, 0), greater(others, 0));
  const chances = where(and(bothSay, notEqual(caption, others)), uniform, -1);
  const place = expandDims(argMax(chances, 1), 1);
  const isThere = equal(range(caption.shape[1] as number, "int64"), place);
  const exist = greater(max(chances, 1, true), -0.5);
  return {
    captions: where(and(isThere, exist), others, caption),
    exist: sum(cast(exist, "float32"), 1),
  };
}
