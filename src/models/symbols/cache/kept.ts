import type { Host } from "../../../core/driven.js";
import { type KeysAndValues, movedOn } from "../../../nn/index.js";
import type { Executable, Program } from "../../../runtime/program.js";
import type { HostArray } from "../../../tensor/dtype.js";
import { add, greaterEqual } from "../../../tensor/ops/elementwise.js";
import { concat, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import {
  type CacheAtPosition,
  type CacheShape,
  cacheInputs,
  cacheSlots,
  cacheValues,
  scoreMasks,
  windowBefore,
} from "./shape.js";

/** Positions that have settled, and those since. */
const [SETTLED, RECENT] = ["settled", "recent"];
/** Most recent positions. */
const MOST_RECENT = 8;

const recentOf = ({ length }: CacheShape): number => Math.min(MOST_RECENT, length);

/**
 * A cache on a device, in two windows. An update replaces a whole tensor, so the latest positions have small
 * tensors to themselves, which every position moves on; when these are full, they move the others on.
 */
export function keptCache(shape: CacheShape<number>, masks?: readonly Tensor[]): CacheAtPosition {
  const [position, settled] = [input("position", [], "int32"), input("settled", [], "int32")];
  const [old, recent] = windowsOf(shape);
  const oldPlaces = windowBefore(settled, shape.length);
  const recentPlaces = windowBefore(add(position, 1), recentOf(shape));
  const isThere = [greaterEqual(oldPlaces, 0), greaterEqual(recentPlaces, settled)];
  const masksOfBlocks = scoreMasks(
    concat([oldPlaces, recentPlaces], 0),
    concat(isThere, 0),
    position,
    shape,
    masks,
  );
  return {
    position,
    see: (own, block) => ({
      parts: [old[block], movedOn(recent[block], own)],
      mask: masksOfBlocks[block],
    }),
    updates: (seen) =>
      cacheValues(
        RECENT,
        seen.map(({ parts: [, window] }) => window),
      ),
  };
}

const windowsOf = (shape: CacheShape<number>) =>
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

/** After zeros in all places before. */
function filledUp(first: Tensor, { length }: CacheShape<number>): Tensor {
  const [size, heads, count, width] = first.shape as number[];
  if (count === length) return first;
  return concat([zerosOfShape([size, heads, length - count, width]), first], 2);
}

/** Moves the recent positions to where they stay. */
function settling(shape: CacheShape<number>): Program {
  const [old, recent] = windowsOf(shape);
  return {
    outputs: {},
    updates: cacheValues(
      SETTLED,
      old.map((window, block) => movedOn(window, recent[block])),
    ),
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
        await settle.run({ state });
        count += recent;
      }
      return outputs;
    },
    release: () => state.release(),
  };
}
