import {
  type AnnotationTensors,
  type AnnotationValues,
  requireAnnotation,
} from "../../../core/annotations.js";
import { captionEncoder, dense, embedding } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, lessEqual, where } from "../../../tensor/ops/elementwise.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Design } from "./design.js";

/** What the network is told of an image besides its noise level; what it is not told is absent. */
export interface Condition {
  /** int32 [B] classes; their number stands for none. */
  readonly classOf?: Tensor | undefined;
  /** int32 [B, T] captions; padding alone stands for none. */
  readonly caption?: Tensor | undefined;
  /** [B, L] changes of the image; zeros, or absent, for an image as it was. */
  readonly changes?: Tensor | undefined;
}

/** The annotations of a batch that the model is conditioned on. */
export const conditionOf = (
  annotations: AnnotationTensors,
  { classes, captions }: Design,
): Condition => ({
  ...(classes > 0 && { classOf: requireAnnotation(annotations, "class") }),
  ...(captions && { caption: requireAnnotation(annotations, "caption") }),
});

/**
 * The condition of a training batch, hidden for some of its images, so that the network learns both. A
 * class and a caption are hidden together.
 *
 * @source Ho & Salimans 2022, arXiv:2207.12598, algorithm 1
 */
export function someHidden(
  scope: Scope,
  { classOf, caption, ...rest }: Condition,
  { config, classes }: Design,
): Condition {
  const [count] = (classOf ?? caption)?.shape ?? [];
  if (config.dropCondition === 0 || count === undefined) return { classOf, caption, ...rest };
  const uniform = scope.noise("drop", [count], "uniform");
  const kept = lessEqual(config.dropCondition, uniform);
  return {
    ...rest,
    ...(classOf && { classOf: where(kept, classOf, classes) }),
    ...(caption && { caption: where(expandDims(kept, 1), caption, 0) }),
  };
}

/** The values that stand for no condition, for `size` images. */
export const withoutCondition = (
  size: number,
  { classes, captions }: Design,
): AnnotationValues => ({
  ...(classes > 0 && { class: new Int32Array(size).fill(classes) }),
  ...(captions && { caption: new Int32Array(size * captions.length) }),
});

/** Width of the vectors of words. */
const WORD_WIDTH = 64;

/**
 * The embedding of a noise level together with those of a condition.
 *
 * @param level  [B, E] embedding of the noise level
 * @returns      [B, E]
 */
export function told(
  scope: Scope,
  level: Tensor,
  { classOf, caption, changes }: Condition,
  { classes, captions }: Design,
): Tensor {
  const features = Number(level.shape[1]);
  let sum = level;
  if (classOf !== undefined) {
    sum = add(sum, embedding(scope.child("class"), classOf, { count: classes + 1, features }));
  }
  if (caption !== undefined && captions !== undefined) {
    const words = captions.vocabulary.length;
    const options = { words, features, width: WORD_WIDTH };
    sum = add(sum, captionEncoder(scope.child("caption"), caption, options));
  }
  if (changes !== undefined) {
    sum = add(sum, dense(scope.child("changes"), changes, { features, bias: false }));
  }
  return sum;
}
