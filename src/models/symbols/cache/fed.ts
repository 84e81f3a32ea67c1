import { movedOn } from "../../../nn/index.js";
import type { Program } from "../../../runtime/program.js";
import { add, greaterEqual } from "../../../tensor/ops/elementwise.js";
import { max } from "../../../tensor/ops/reduction.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import {
  type CacheAtPosition,
  type CacheShape,
  cacheInputs,
  cacheValues,
  scoreMasks,
  windowBefore,
} from "./shape.js";

const GROUP = "cache";

/** A cache for exports, which the caller feeds whole and takes back with a position more. */
export function fedCache(shape: CacheShape, masks?: readonly Tensor[]): CacheAtPosition {
  // It comes in once for each sequence, all alike.
  const position = max(input("position", [shape.size], "int32"), 0);
  const windows = cacheInputs(GROUP, shape, shape.length, "feed");
  const places = windowBefore(add(position, 1), shape.length);
  const masksOfBlocks = scoreMasks(places, greaterEqual(places, 0), position, shape, masks);
  return {
    position,
    see: (own, block) => ({ parts: [movedOn(windows[block], own)], mask: masksOfBlocks[block] }),
    updates: (seen) =>
      cacheValues(
        GROUP,
        seen.map(({ parts: [window] }) => window),
      ),
  };
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
