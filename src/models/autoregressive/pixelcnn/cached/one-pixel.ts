import { add } from "../../../../tensor/ops/elementwise.js";
import { gather } from "../../../../tensor/ops/indexing.js";
import { matmul } from "../../../../tensor/ops/linear.js";
import { concat, reshape, slice, sliceAxis, transpose } from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import {
  allWeightsOf,
  masked,
  type PixelWindows,
  POINT,
  reachOf,
  tapsCausal,
  tapsLeft,
  type WindowSpec,
  weightsOf,
} from "../windows.js";
import type { Memory, Slot } from "./memory.js";

/** A window that was computed, and its input at the pixel, which is to be remembered. */
export interface Visited extends Slot {
  /** [B, C] */
  readonly here: Tensor;
}

/**
 * Windows at one pixel: maps are [B, C]. What lies on the left and above comes out of the memory.
 *
 * @param visited  grows by an entry for each window, in the order of the network
 */
export function atOnePixel(memory: Memory, visited: Visited[]): PixelWindows {
  /** The columns of the current row, of which the last may be the pixel itself. */
  const row = (x: Tensor, spec: WindowSpec, weight: Tensor) => {
    const index = visited.length;
    const slot = { channels: spec.from.channels, reach: reachOf(spec) };
    visited.push({ ...slot, here: x });
    const before = memory.left(index, slot);
    const columns = weight.shape[3] as number;
    const window = columns > slot.reach ? concat([before, x], 1) : before;
    const y = matmul(window, asMatrix(weight), { transposeB: true });
    return { index, y };
  };
  return {
    left(scope, x, spec) {
      const { weight, bias } = weightsOf(scope, spec, tapsLeft(spec));
      return add(row(x, spec, weight).y, bias);
    },
    causal(scope, x, spec) {
      const { weight } = allWeightsOf(scope, spec, tapsCausal(spec));
      const reach = reachOf(spec);
      const columns = reach + 1;
      const last = slice(weight, [null, null, { start: -1 }, { end: columns }]);
      const taps = { rows: 1, columns, centre: reach };
      const { index, y } = row(x, spec, masked(last, spec, taps));
      return add(y, memory.above(index, spec.to.channels));
    },
    pointwise(scope, x, spec) {
      const { weight, bias } = weightsOf(scope, { ...spec, mask: "B" }, POINT);
      return add(matmul(x, asMatrix(weight), { transposeB: true }), bias);
    },
    everywhere: (vector) => vector,
    located: ({ rows, columns }) =>
      add(gather(rows, memory.row()), gather(columns, memory.column())),
  };
}

/** [O, C, 1, columns] as [O, columns · C], for windows that lie column after column. */
function asMatrix(weight: Tensor): Tensor {
  const [outputs, channels, , columns] = weight.shape as readonly number[];
  if (columns === 1) return reshape(weight, [outputs, channels]);
  return reshape(transpose(weight, [0, 3, 2, 1]), [outputs, columns * channels]);
}

/** [B, reach · C] what a window remembers on the left once it moves on. */
export function movedOn(memory: Memory, index: number, { here, ...slot }: Visited): Tensor {
  if (slot.reach === 1) return here;
  return concat([sliceAxis(memory.left(index, slot), 1, { start: slot.channels }), here], 1);
}
