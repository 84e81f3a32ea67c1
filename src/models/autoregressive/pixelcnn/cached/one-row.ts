import { convolve2d } from "../../../../tensor/ops/convolution.js";
import { add } from "../../../../tensor/ops/elementwise.js";
import {
  concat,
  reshape,
  sliceAxis,
  squeeze,
  transpose,
} from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import {
  allWeightsOf,
  type PixelWindows,
  POINT,
  type RowWindows,
  reachOf,
  tapsAbove,
  tapsCausal,
  type Weights,
  weightsOf,
} from "../windows.js";
import type { Memory, Slot } from "./memory.js";
import { unknownPixels } from "./unknown-pixels.js";

/** Results of a row's program by name. Maps are [W, B, C], so each pixel's are contiguous. */
export type RowResults = Record<string, Tensor>;

/**
 * Windows of the vertical stack at one row, with maps [B, C, 1, W].
 *
 * @param slots    receives an entry for each window, in the order of the network
 * @param results  receives `row.N`, the N-th window's input in this row, to be cached
 */
export function atOneRow(
  memory: Memory,
  width: number,
  slots: Slot[],
  results: RowResults,
): RowWindows {
  return {
    above(scope, x, spec) {
      const index = slots.length;
      const slot = { channels: spec.from.channels, reach: reachOf(spec) };
      slots.push(slot);
      const before = rowsAbove(memory, index, slot, width);
      if (spec.mask === "B") results[`row.${index}`] = asColumns(x);
      const rows = spec.mask === "B" ? concat([before, x], 2) : before;
      return acrossRow(rows, weightsOf(scope, spec, tapsAbove(spec)), slot);
    },
    pointwise: (scope, x, spec) =>
      acrossRow(x, weightsOf(scope, { ...spec, mask: "B" }, POINT), { reach: 0 }),
    everywhere: (vector) => reshape(vector, [...vector.shape, 1, 1]),
  };
}

/**
 * Windows in raster order, of which a row's program computes only the share from the rows above. That
 * share does not depend on the row itself.
 *
 * @param results  receives `above.N` for the N-th window
 */
export function aboveOneRow(
  memory: Memory,
  width: number,
  slots: Slot[],
  results: RowResults,
): PixelWindows {
  return {
    ...unknownPixels,
    causal(scope, x, spec) {
      const index = slots.length;
      const slot = { channels: spec.from.channels, reach: reachOf(spec) };
      slots.push(slot);
      const { weight, bias } = allWeightsOf(scope, spec, tapsCausal(spec));
      const upper = { weight: sliceAxis(weight, 2, { end: slot.reach }), bias };
      const before = rowsAbove(memory, index, slot, width);
      results[`above.${index}`] = asColumns(acrossRow(before, upper, slot));
      return unknownPixels.causal(scope, x, spec);
    },
  };
}

/** [B, C, reach, W] */
function rowsAbove(memory: Memory, index: number, slot: Slot, width: number): Tensor {
  return transpose(memory.rows(index, slot, width), [2, 3, 0, 1]);
}

/** Windows as high as their input, `reach` wide on both sides: [B, C, rows, W] → [B, O, 1, W]. */
function acrossRow(x: Tensor, { weight, bias }: Weights, { reach }: Pick<Slot, "reach">): Tensor {
  const y = convolve2d(x, weight, { padding: [0, reach, 0, reach] });
  return add(y, reshape(bias, [bias.shape[0], 1, 1]));
}

/** [B, C, 1, W] → [W, B, C] */
export function asColumns(x: Tensor): Tensor {
  return transpose(squeeze(x, 2), [2, 0, 1]);
}
