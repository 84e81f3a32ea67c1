import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import type { PastPositions } from "./attention-at-position.js";
import type { KeysAndValues } from "./attention-heads.js";
import { layerNorm } from "./layer-norm.js";
import {
  transformerBlock,
  transformerBlockAtPosition,
  transformerBlockFromStart,
} from "./transformer-block.js";

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
  /** The positions before x's, block by block. */
  readonly past: readonly (readonly PastPositions[])[];
}

/** The result of one position or of the first ones, with keys and values for a cache, block by block. */
export interface StackWithAdded {
  /** [B, D] of one position, [B, T, D] of the first ones */
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
  { blocks, past, ...rest }: TransformerStackAtPositionOptions,
): StackWithAdded {
  return collected(scope, x, blocks, (own, seen, block) =>
    transformerBlockAtPosition(own, seen, { ...rest, past: past[block] }),
  );
}

/**
 * The first positions of a {@link transformerStack}, for samplers that go on from them with
 * {@link transformerStackAtPosition}.
 *
 * @param x  [B, T, D]
 */
export function transformerStackFromStart(
  scope: Scope,
  x: Tensor,
  { blocks, masks, ...rest }: Omit<TransformerStackOptions, "dropout">,
): StackWithAdded {
  return collected(scope, x, blocks, (own, seen, block) =>
    transformerBlockFromStart(own, seen, { ...rest, mask: masks?.[block] }),
  );
}

/** Block after block, with what each adds to a cache. */
function collected(
  scope: Scope,
  x: Tensor,
  blocks: number,
  run: (scope: Scope, x: Tensor, block: number) => { y: Tensor; added: KeysAndValues },
): StackWithAdded {
  const added: KeysAndValues[] = [];
  const h = namesOf(blocks).reduce((seen, name, block) => {
    const result = run(scope.child(name), seen, block);
    added.push(result.added);
    return result.y;
  }, x);
  return { y: layerNorm(scope.child("norm"), h), added };
}

const namesOf = (blocks: number): string[] =>
  Array.from({ length: blocks }, (_, block) => `block${block + 1}`);
