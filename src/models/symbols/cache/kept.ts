import type { Host } from "../../../core/driven.js";
import { type KeysAndValues, withAdded } from "../../../nn/index.js";
import type { Executable, Program } from "../../../runtime/program.js";
import type { HostArray } from "../../../tensor/dtype.js";
import { add, cast, clip, equal, less, mul, sub } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { concat, expandDims, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import { input, range, type Tensor } from "../../../tensor/tensor.js";
import {
  type CacheAtPosition,
  type CacheShape,
  cacheInputs,
  cacheSlots,
  cacheValues,
} from "./shape.js";

/** Positions that have settled, and those since. */
const [SETTLED, RECENT] = ["settled", "recent"];
/** Most recent positions. */
const MOST_RECENT = 8;

const recentOf = ({ length }: CacheShape): number => Math.min(MOST_RECENT, length);

/**
 * A cache on a device. An update replaces a whole tensor, so the latest positions have small tensors to
 * themselves, which every position updates; when these are full, they settle among the others.
 */
export function keptCache(shape: CacheShape<number>, masks?: readonly Tensor[]): CacheAtPosition {
  const { length } = shape;
  const [position, settled] = [input("position", [], "int32"), input("settled", [], "int32")];
  const [old, recent] = partsOf(shape);
  const places = range(length, "int32");
  const since = add(settled, range(recentOf(shape), "int32"));
  const isSettled = less(places, settled);
  const isRecent = less(since, position);
  const rows = masks?.map((mask) => gather(mask, position));
  const known = clip(since, 0, length - 1);
  return {
    position,
    past: old.map((cache, block) => [
      { ...cache, isPast: isSettled, mask: rows?.[block] },
      { ...recent[block], isPast: isRecent, mask: rows && gather(rows[block], known) },
    ]),
    updates: (added) =>
      cacheValues(
        RECENT,
        recent.map((cache, block) => withAdded(cache, added[block], sub(position, settled))),
      ),
  };
}

const partsOf = (shape: CacheShape<number>) =>
  [
    cacheInputs(SETTLED, shape, shape.length, "state"),
    cacheInputs(RECENT, shape, recentOf(shape), "state"),
  ] as const;

/** Updates of an empty cache by the first positions of a sequence, which settle at once. */
export const firstPositions = (
  shape: CacheShape<number>,
  added: readonly KeysAndValues[],
): Record<string, Tensor> =>
  cacheValues(
    SETTLED,
    added.map(({ keys, values }) => ({
      keys: filledUp(keys, shape),
      values: filledUp(values, shape),
    })),
  );

/** With zeros in all places of the cache that follow. */
function filledUp(first: Tensor, { length }: CacheShape<number>): Tensor {
  const [size, heads, count, width] = first.shape as number[];
  if (count === length) return first;
  return concat([first, zerosOfShape([size, heads, length - count, width])], 2);
}

/** Moves the recent positions to where they stay, and makes room for the next ones. */
function settling(shape: CacheShape<number>): Program {
  const settled = input("settled", [], "int32");
  const [old, recent] = partsOf(shape);
  const since = add(settled, range(recentOf(shape), "int32"));
  const places = expandDims(range(shape.length, "int32"), 1);
  const moves = cast(equal(places, expandDims(since, 0)), "float32");
  return {
    outputs: {},
    updates: {
      ...cacheValues(
        SETTLED,
        old.map(({ keys, values }, block) => ({
          keys: add(keys, matmul(moves, recent[block].keys)),
          values: add(values, matmul(moves, recent[block].values)),
        })),
      ),
      ...cacheValues(
        RECENT,
        recent.map(({ keys, values }) => ({ keys: mul(keys, 0), values: mul(values, 0) })),
      ),
    },
  };
}

/** Bytes of a sequence's cache. A device holds it twice: an update writes beside what it reads. */
export const cacheBytes = (shape: Omit<CacheShape, "size">): number =>
  2 *
  2 *
  shape.blocks *
  (shape.length + recentOf({ ...shape, size: 1 })) *
  shape.features *
  Float32Array.BYTES_PER_ELEMENT;

/** A cache that is empty at first. */
export interface OpenCache {
  /** Runs a program of the first `count` positions, which writes {@link firstPositions}. */
  begin(
    program: Executable,
    count: number,
    feeds: Readonly<Record<string, HostArray>>,
  ): Promise<Record<string, HostArray>>;
  /** Runs a program of one position that reads {@link keptCache}; positions follow one another. */
  run(
    program: Executable,
    position: number,
    feeds: Readonly<Record<string, HostArray>>,
  ): Promise<Record<string, HostArray>>;
  release(): Promise<void>;
}

export async function openCache(host: Host, shape: CacheShape<number>): Promise<OpenCache> {
  const recent = recentOf(shape);
  const settle = await host.updating(`cache.settle.${shape.size}`, () => settling(shape));
  const state = await host.allocate([
    { name: SETTLED, dtype: "float32", slots: cacheSlots(shape, shape.length) },
    { name: RECENT, dtype: "float32", slots: cacheSlots(shape, recent) },
  ]);
  let count = 0;
  return {
    async begin(program, first, feeds) {
      count = first;
      return program.run({ state, feeds });
    },
    async run(program, position, feeds) {
      const settled = Int32Array.of(count);
      const at = { position: Int32Array.of(position), settled };
      const outputs = await program.run({ state, feeds: { ...feeds, ...at } });
      if (position - count === recent - 1) {
        await settle.run({ state, feeds: { settled } });
        count += recent;
      }
      return outputs;
    },
    release: () => state.release(),
  };
}
