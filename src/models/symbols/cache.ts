import { type KeysAndValues, withAdded } from "../../nn/index.js";
import type { GroupSpec, Program } from "../../runtime/program.js";
import { max } from "../../tensor/ops/reduction.js";
import type { Dim } from "../../tensor/shape.js";
import { input, type Tensor } from "../../tensor/tensor.js";

/** The keys and values that a causal transformer keeps of the positions before. */
export interface CacheShape {
  /** Sequences that are drawn at once. */
  readonly size: Dim;
  readonly length: number;
  readonly blocks: number;
  readonly heads: number;
  readonly features: number;
}

const GROUP = "cache";

/** The cache as state of a device. */
export const cacheGroup = (shape: CacheShape & { readonly size: number }): GroupSpec => ({
  name: GROUP,
  dtype: "float32",
  slots: slotsOf(shape),
});

/** Bytes of a sequence's cache. A device holds it twice: an update writes beside what it reads. */
export const cacheBytes = ({
  length,
  blocks,
  features,
}: Omit<CacheShape, "size" | "heads">): number =>
  2 * 2 * blocks * length * features * Float32Array.BYTES_PER_ELEMENT;

/**
 * The cache of each block as a program reads it: a device's state, or what the caller feeds where the size
 * is symbolic.
 */
export function readCache(shape: CacheShape): KeysAndValues[] {
  const kind = typeof shape.size === "number" ? "state" : "feed";
  const slots = slotsOf(shape).map(({ name, shape: of }) =>
    input(`${GROUP}.${name}`, of, "float32", { kind }),
  );
  return Array.from({ length: shape.blocks }, (_, block) => ({
    keys: slots[2 * block],
    values: slots[2 * block + 1],
  }));
}

/**
 * The position that a program of one position reads, an int32 scalar. Where the size is symbolic, it comes
 * in once for each sequence, all alike.
 */
export const readPosition = (size: Dim): Tensor =>
  typeof size === "number"
    ? input("position", [], "int32")
    : max(input("position", [size], "int32"), 0);

/** Updates of the cache by what a position adds. */
export function cacheUpdates(
  caches: readonly KeysAndValues[],
  added: readonly KeysAndValues[],
  position: Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(
    caches.flatMap((cache, block) => {
      const { keys, values } = withAdded(cache, added[block], position);
      const [keysName, valuesName] = namesOf(block);
      return [
        [`${GROUP}.${keysName}`, keys],
        [`${GROUP}.${valuesName}`, values],
      ];
    }),
  );
}

const namesOf = (block: number) => [`keys${block + 1}`, `values${block + 1}`] as const;

function slotsOf<D extends Dim>({
  size,
  length,
  blocks,
  heads,
  features,
}: CacheShape & { readonly size: D }) {
  const shape: (D | number)[] = [size, heads, length, features / heads];
  return Array.from({ length: blocks }, (_, block) => namesOf(block)).flatMap((names) =>
    names.map((name) => ({ name, shape })),
  );
}

/**
 * A program of one position as a graph for exports: its caches come in as `cache.keys1`, … and go out as
 * `next.keys1`, ….
 */
export const positionGraph = ({ outputs, updates }: Program): Record<string, Tensor> => ({
  ...outputs,
  ...Object.fromEntries(
    Object.entries(updates).map(([name, value]) => [name.replace(GROUP, "next"), value]),
  ),
});
