import type { KeysAndValues, PastPositions } from "../../../nn/index.js";
import type { SlotSpec } from "../../../runtime/program.js";
import type { Dim } from "../../../tensor/shape.js";
import { input, type Tensor } from "../../../tensor/tensor.js";

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
  /** The positions before it, block by block. */
  readonly past: readonly (readonly PastPositions[])[];
  /** Updates of the cache by what the position adds to each block. */
  updates(added: readonly KeysAndValues[]): Record<string, Tensor>;
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
