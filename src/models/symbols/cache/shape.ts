import { HIDDEN, type KeysAndValues, type SeenPositions } from "../../../nn/index.js";
import type { SlotSpec } from "../../../runtime/program.js";
import { add, clip, sub, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import type { Dim } from "../../../tensor/shape.js";
import { input, range, type Tensor, type TensorLike } from "../../../tensor/tensor.js";

/** The keys and values that a causal transformer keeps of the positions before. */
export interface CacheShape<D extends Dim = Dim> {
  /** Sequences that are drawn at once. */
  readonly size: D;
  readonly length: number;
  readonly blocks: number;
  readonly heads: number;
  readonly features: number;
}

/** A cache as a program of one position sees it. */
export interface CacheAtPosition {
  /** int32 scalar: the position that the program is at. */
  readonly position: Tensor;
  /** What the position attends to in a block, given its own key and value there. */
  see(own: KeysAndValues, block: number): SeenPositions;
  /** Updates of the cache once the position has been attended to in every block. */
  updates(seen: readonly SeenPositions[]): Record<string, Tensor>;
}

/** Names of a block's tensors. */
const namesOf = (block: number) => [`keys${block + 1}`, `values${block + 1}`] as const;

/** The tensors of a cache of so many places. */
export const cacheSlots = (shape: CacheShape<number>, places: number): SlotSpec[] =>
  Array.from({ length: shape.blocks }, (_, block) => namesOf(block)).flatMap((names) =>
    names.map((name) => ({
      name,
      shape: [shape.size, shape.heads, places, shape.features / shape.heads],
    })),
  );

/** Those tensors as a program's inputs, block by block. */
export const cacheInputs = (
  group: string,
  { size, blocks, heads, features }: CacheShape,
  places: number,
  kind: "state" | "feed",
): KeysAndValues[] =>
  Array.from({ length: blocks }, (_, block) => {
    const [keys, values] = namesOf(block).map((name) =>
      input(`${group}.${name}`, [size, heads, places, features / heads], "float32", { kind }),
    );
    return { keys, values };
  });

/** New values of those tensors, by their full names. */
export const cacheValues = (group: string, blocks: readonly KeysAndValues[]) =>
  Object.fromEntries(
    blocks.flatMap(({ keys, values }, block) => {
      const [keysName, valuesName] = namesOf(block);
      return [
        [`${group}.${keysName}`, keys],
        [`${group}.${valuesName}`, values],
      ];
    }),
  );

/**
 * The positions that a window holds, oldest first: the last ones before `end`, of which the oldest may be
 * negative and not exist.
 *
 * @param end  int32 scalar
 * @returns    int32 [places]
 */
export const windowBefore = (end: Tensor, places: number): Tensor =>
  add(end, sub(range(places, "int32"), places));

/**
 * What is added to the scores of places: of each block the row of its mask, if it has one, and nothing to see
 * where nothing is.
 *
 * @param places    int32 [L]: their positions in the sequence
 * @param isThere   bool [L]
 * @param position  int32 scalar: the position that attends
 * @param masks     of each block, [T, T]
 * @returns         of each block, [L]; blocks with one mask share it
 */
export function scoreMasks(
  places: Tensor,
  isThere: Tensor,
  position: Tensor,
  { length, blocks }: CacheShape,
  masks?: readonly Tensor[],
): Tensor[] {
  const hiding = (row: TensorLike) => where(isThere, row, HIDDEN);
  if (masks === undefined) return new Array<Tensor>(blocks).fill(hiding(0));
  const at = clip(places, 0, length - 1);
  const rows = new Map(masks.map((mask) => [mask, hiding(gather(gather(mask, position), at))]));
  return masks.map((mask) => rows.get(mask) as Tensor);
}
