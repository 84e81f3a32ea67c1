import { ShapeError } from "../../tensor/errors.js";
import { add, cast, equal, less, mul, where } from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { expandDims, squeeze } from "../../tensor/ops/rearrange.js";
import { softmax, sum } from "../../tensor/ops/reduction.js";
import { range, type Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import {
  attentionScores,
  type HeadOptions,
  HIDDEN,
  joinHeads,
  type KeysAndValues,
  keysAndValues,
  projectHeads,
} from "./attention-heads.js";
import { axisLength } from "./axis-length.js";

export interface AttentionAtPositionOptions extends HeadOptions {
  /** Keys and values of all T positions; those from `position` on are ignored. */
  readonly cache: KeysAndValues;
  /** int32 or int64 scalar in [0, T): the position of x. */
  readonly position: Tensor;
  /** Added to the scores before the softmax; it broadcasts to [B, heads, 1, T]. */
  readonly mask?: Tensor | undefined;
}

/** The result of attention at a position, with its key and value for the cache. */
export interface AttendedPosition {
  /** [B, D] */
  readonly y: Tensor;
  /** Key and value of this position alone: [B, heads, 1, D / heads]. */
  readonly added: KeysAndValues;
}

/**
 * One position of causal {@link multiHeadAttention}, for a sampler that draws position by position:
 * the keys and values of earlier positions come from a cache.
 *
 * A sampler with its cache on the host writes `added` into it; {@link withAdded} computes the whole
 * cache after this position. All elements of the cache must be finite, even those that are ignored, and for
 * {@link withAdded} those from `position` on must be 0.
 *
 * @param x  [B, D]
 * @throws ShapeError when the cache's length is symbolic, or a shape does not fit
 */
export function attentionAtPosition(
  scope: Scope,
  x: Tensor,
  options: AttentionAtPositionOptions,
): AttendedPosition {
  const { cache, position, mask } = options;
  if (x.shape.length !== 2) throw new ShapeError("attentionAtPosition", "needs [B, D]", [x.shape]);
  const features = axisLength("attentionAtPosition", x, 1);
  const sequence = expandDims(x, 1);
  const query = projectHeads(scope.child("query"), sequence, options, features);
  const added = keysAndValues(scope, sequence, options, features);
  const { isPast, isHere } = placesOf(cache, position);
  const past = where(isPast, attentionScores(query, cache.keys), HIDDEN);
  let scores = where(isHere, attentionScores(query, added.keys), past);
  if (mask !== undefined) scores = add(scores, mask);
  const weights = softmax(scores, -1);
  const ofPast = matmul(where(isPast, weights, 0), cache.values);
  const ofHere = mul(sum(where(isHere, weights, 0), -1, true), added.values);
  return { y: squeeze(joinHeads(scope, add(ofPast, ofHere), options), 1), added };
}

/**
 * The cache with the keys and values of one more position, where the cache must still be 0: adding to all
 * of it takes a fraction of the time of choosing.
 */
export function withAdded(
  cache: KeysAndValues,
  added: KeysAndValues,
  position: Tensor,
): KeysAndValues {
  const here = expandDims(cast(placesOf(cache, position).isHere, "float32"), 1);
  return {
    keys: add(cache.keys, matmul(here, added.keys)),
    values: add(cache.values, matmul(here, added.values)),
  };
}

/** Masks of the cache's positions: those before `position`, and `position` itself; both [T]. */
function placesOf({ keys }: KeysAndValues, position: Tensor) {
  const order = range(axisLength("attentionAtPosition", keys, 2), position.dtype);
  return { isPast: less(order, position), isHere: equal(order, position) };
}
