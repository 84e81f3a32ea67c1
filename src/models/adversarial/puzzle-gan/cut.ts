import { oneHot } from "../../../tensor/ops/indexing.js";
import { broadcastTo, expandDims } from "../../../tensor/ops/rearrange.js";
import { range, type Tensor } from "../../../tensor/tensor.js";
import { keyPatches } from "./key-patches.js";
import type { PuzzleNetworks } from "./networks.js";

/** Patches of images and their true places. */
export interface Cut {
  /** [B, K, C, h, w] in [0, 1] */
  readonly patches: Tensor;
  /** [B, K, P] one-hot */
  readonly chosen: Tensor;
}

/** Cuts images into the pieces of a puzzle, in the order of its cells, or takes their key patches. */
export function cut({ places, placing }: PuzzleNetworks, pixelsUnit: Tensor): Cut {
  const { patches: count, tops, lefts, puzzle } = places;
  const chosen = puzzle
    ? broadcastTo(expandDims(oneHot(range(count, "int32"), count), 0), [
        pixelsUnit.shape[0],
        count,
        count,
      ])
    : keyPatches(pixelsUnit, placing, count, tops.length * lefts.length);
  return { patches: placing.crop(pixelsUnit, chosen), chosen };
}
