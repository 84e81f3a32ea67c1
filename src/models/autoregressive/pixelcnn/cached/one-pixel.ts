import { add } from "../../../../tensor/ops/elementwise.js";
import { gather } from "../../../../tensor/ops/indexing.js";
import { matmul } from "../../../../tensor/ops/linear.js";
import { concat, reshape, sliceAxis } from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import {
  type PixelWindows,
  POINT,
  reachOf,
  tapsLeft,
  type WindowSpec,
  weightsOf,
} from "../windows.js";
import type { Memory, Slot } from "./memory.js";

/** A computed window and its input at the pixel, which must be cached. */
export interface Visited extends Slot {
  /** [B, C] */
  readonly here: Tensor;
}

/**
 * Windows at one pixel, with maps [B, C]. The inputs from the left and above come from the cache, and so
 * do the weights for the left, which are the same at all pixels.
 *
 * @param visited  receives an entry for each window, in the order of the network
 */
export function atOnePixel(memory: Memory, visited: Visited[]): PixelWindows {
  /** A window's share from its own row, up to the drawn pixel or the one before. */
  const row = (x: Tensor, spec: WindowSpec) => {
    const index = visited.length;
    const slot = { channels: spec.from.channels, reach: reachOf(spec) };
    visited.push({ ...slot, here: x });
    const before = memory.left(index, slot);
    const { columns } = tapsLeft(spec);
    const window = columns > slot.reach ? concat([before, x], 1) : before;
    const weight = memory.weight(index, columns * slot.channels, spec.to.channels);
    return { index, y: matmul(window, weight) };
  };
  return {
    left(scope, x, spec) {
      const { bias } = weightsOf(scope, spec, tapsLeft(spec));
      return add(row(x, spec).y, bias);
    },
    causal(_, x, spec) {
      const { index, y } = row(x, spec);
      return add(y, memory.above(index, spec.to.channels));
    },
    pointwise(scope, x, spec) {
      const { weight, bias } = weightsOf(scope, { ...spec, mask: "B" }, POINT);
      const matrix = reshape(weight, [spec.to.channels, spec.from.channels]);
      return add(matmul(x, matrix, { transposeB: true }), bias);
    },
    everywhere: (vector) => vector,
    located: ({ rows, columns }) =>
      add(gather(rows, memory.row()), gather(columns, memory.column())),
  };
}

/** [B, reach · C] a window's cached inputs on the left for the next pixel. */
export function movedOn(memory: Memory, index: number, { here, ...slot }: Visited): Tensor {
  return concat([sliceAxis(memory.left(index, slot), 1, { start: slot.channels }), here], 1);
}
