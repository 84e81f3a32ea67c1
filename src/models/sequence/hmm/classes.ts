import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import { add, cast, mul, where } from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * The states of images of different classes. Each of C classes has K states of its own: class c has the
 * states cK, …, cK + K − 1 among all CK. Without classes all are one's own.
 */
export interface OwnStates {
  /** The class of each image, int32 [B], and the number C of classes; undefined without classes. */
  readonly classes: { readonly index: Tensor; readonly count: number } | undefined;
}

/** @param count  C; 0 without classes */
export function ownStates(annotations: AnnotationTensors, count: number): OwnStates {
  if (count === 0) return { classes: undefined };
  return { classes: { index: requireAnnotation(annotations, "class"), count } };
}

/** The own states among all: [B, T, C·K] → [B, T, K] */
export function pick(x: Tensor, { classes }: OwnStates): Tensor {
  if (classes === undefined) return x;
  const { index, count } = classes;
  const [batch, steps, all] = x.shape as readonly [Dim, number, number];
  const own = reshape(oneHot(index, count, "bool"), [batch, 1, count, 1]);
  return sum(where(own, reshape(x, [batch, steps, count, all / count]), 0), 2);
}

/** The own states among all, the others 0: [B, T, K] → [B, T, C·K] */
export function spread(x: Tensor, { classes }: OwnStates): Tensor {
  if (classes === undefined) return x;
  const { index, count } = classes;
  const [batch, steps, states] = x.shape as readonly [Dim, number, number];
  const own = reshape(oneHot(index, count, x.dtype), [batch, 1, count, 1]);
  const each = mul(reshape(x, [batch, steps, 1, states]), own);
  return reshape(each, [batch, steps, count * states]);
}

/** The number among all of own states: int64 [B, …] */
export function numberAmongAll(own: Tensor, { classes }: OwnStates, states: number): Tensor {
  if (classes === undefined) return own;
  const { index } = classes;
  const first = mul(cast(index, "int64"), states);
  return add(own, reshape(first, [own.shape[0], ...own.shape.slice(1).map(() => 1)]));
}
