import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import type { KeysAndValues } from "./attention-heads.js";
import { layerNorm } from "./layer-norm.js";
import { transformerBlock, transformerBlockAtPosition } from "./transformer-block.js";

interface StackOptions {
  /** Number of blocks. */
  readonly blocks: number;
  /** Number of heads of each block; it must divide the features. */
  readonly heads: number;
  /** Hidden features of an MLP per feature; 4 by default. */
  readonly widening?: number;
  /** Another sequence that every block attends to, each with its own projections; none by default. */
  readonly context?: Tensor | undefined;
}

export interface TransformerStackOptions extends StackOptions {
  /**
   * Of each block, which positions a position sees: [T, T], 0 or a large negative number, such as
   * {@link causalMask}; by default all see all.
   */
  readonly masks?: readonly Tensor[];
  /** Dropout rate of each branch; 0 by default. */
  readonly dropout?: number;
}

export interface TransformerStackAtPositionOptions extends StackOptions {
  /** Of each block: keys and values of all positions; those from `position` on are ignored. */
  readonly caches: readonly KeysAndValues[];
  /** int32 or int64 scalar in [0, T): the position of x. */
  readonly position: Tensor;
  /** Of each block, the position's row of its mask: [T]; by default it sees all positions before it. */
  readonly masks?: readonly Tensor[];
}

/** A position's result, with its keys and values for the caches, block by block. */
export interface StackAtPosition {
  /** [B, D] */
  readonly y: Tensor;
  readonly added: readonly KeysAndValues[];
}

/**
 * A stack of pre-norm blocks, and a norm at the end.
 *
 * Parts: `block1`, `block2`, …, `norm`.
 *
 * @param x  [B, T, D]
 * @returns  [B, T, D]
 * @throws ShapeError as {@link transformerBlock}
 * @source Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3
 */
export function transformerStack(
  scope: Scope,
  x: Tensor,
  { blocks, masks, ...rest }: TransformerStackOptions,
): Tensor {
  const h = namesOf(blocks).reduce(
    (seen, name, block) =>
      transformerBlock(scope.child(name), seen, { ...rest, mask: masks?.[block] }),
    x,
  );
  return layerNorm(scope.child("norm"), h);
}

/**
 * One position of a {@link transformerStack} in which each sees itself and earlier ones, for samplers: these
 * are known by their keys and values alone.
 *
 * @param x  [B, D]
 */
export function transformerStackAtPosition(
  scope: Scope,
  x: Tensor,
  { blocks, caches, masks, ...rest }: TransformerStackAtPositionOptions,
): StackAtPosition {
  const added: KeysAndValues[] = [];
  const h = namesOf(blocks).reduce((seen, name, block) => {
    const result = transformerBlockAtPosition(scope.child(name), seen, {
      ...rest,
      cache: caches[block],
      mask: masks?.[block],
    });
    added.push(result.added);
    return result.y;
  }, x);
  return { y: layerNorm(scope.child("norm"), h), added };
}

const namesOf = (blocks: number): string[] =>
  Array.from({ length: blocks }, (_, block) => `block${block + 1}`);
