import { withAdded } from "../../../nn/index.js";
import type { Program } from "../../../runtime/program.js";
import { less } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { max } from "../../../tensor/ops/reduction.js";
import { input, range, type Tensor } from "../../../tensor/tensor.js";
import { type CacheAtPosition, type CacheShape, cacheInputs, cacheValues } from "./shape.js";

const GROUP = "cache";

/** A cache for exports, which the caller feeds whole and takes back with a position more. */
export function fedCache(shape: CacheShape, masks?: readonly Tensor[]): CacheAtPosition {
  // It comes in once for each sequence, all alike.
  const position = max(input("position", [shape.size], "int32"), 0);
  const blocks = cacheInputs(GROUP, shape, shape.length, "feed");
  const isPast = less(range(shape.length, "int32"), position);
  return {
    position,
    past: blocks.map((cache, block) => [
      { ...cache, isPast, ...(masks && { mask: gather(masks[block], position) }) },
    ]),
    updates: (added) =>
      cacheValues(
        GROUP,
        blocks.map((cache, block) => withAdded(cache, added[block], position)),
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
