import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import type { SeenPositions } from "./attention-at-position.js";
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
  /** What x attends to in a block, given its own key and value there. */
  readonly see: (own: KeysAndValues, block: number) => SeenPositions;
}

/** The result of one position, with what it attended to in each block. */
export interface StackAtPosition {
  /** [B, D] */
  readonly y: Tensor;
  readonly seen: readonly SeenPositions[];
}

/** The result of the first positions, with the keys and values of each block. */
export interface StackFromStart {
  /** [B, T, D] */
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
  return through(scope, x, blocks, (own, before, block) =>
    transformerBlock(own, before, { ...rest, mask: masks?.[block] }),
  );
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
  { blocks, see, ...rest }: TransformerStackAtPositionOptions,
): StackAtPosition {
  const seen: SeenPositions[] = [];
  const y = through(scope, x, blocks, (own, before, block) => {
    const options = { ...rest, see: (one: KeysAndValues) => see(one, block) };
    const result = transformerBlockAtPosition(own, before, options);
    seen.push(result.seen);
    return result.y;
  });
  return { y, seen };
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
): StackFromStart {
  const added: KeysAndValues[] = [];
  const y = through(scope, x, blocks, (own, before, block) => {
    const result = transformerBlockFromStart(own, before, { ...rest, mask: masks?.[block] });
    added.push(result.added);
    return result.y;
  });
  return { y, added };
}

/** Block after block, and the norm at the end. */
function through(
  scope: Scope,
  x: Tensor,
  blocks: number,
  run: (scope: Scope, x: Tensor, block: number) => Tensor,
): Tensor {
  const h = namesOf(blocks).reduce(
    (before, name, block) => run(scope.child(name), before, block),
    x,
  );
  return layerNorm(scope.child("norm"), h);
}

const namesOf = (blocks: number): string[] =>
  Array.from({ length: blocks }, (_, block) => `block${block + 1}`);
