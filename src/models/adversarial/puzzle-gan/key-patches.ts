import { abs, add, maximum, mul, round, sub } from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { expandDims, pad, sliceAxis, squeeze, stack } from "../../../tensor/ops/rearrange.js";
import { argMax, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Placing } from "./placing.js";

/** Edges count in steps of a byte, so that sums of them are exact and no rounding decides a tie. */
const LEVELS = 255;

/**
 * How much each pixel differs from the next ones below and beside it: [B, C, H, W] in [0, 1] → whole
 * numbers [B, 1, H, W].
 */
export function edgeStrength(pixelsUnit: Tensor): Tensor {
  const along = (axis: number): Tensor => {
    const length = pixelsUnit.shape[axis] as number;
    const next = sliceAxis(pixelsUnit, axis, { start: 1 });
    const here = sliceAxis(pixelsUnit, axis, { end: length - 1 });
    const widths = [0, 1, 2, 3].map((other) => [0, other === axis ? 1 : 0] as const);
    return pad(abs(sub(next, here)), widths);
  };
  return round(mul(sum(add(along(2), along(3)), 1, true), LEVELS));
}

/**
 * Chooses key patches: one after the other, the patch with the most edges that no earlier one covers. It
 * stands in for the edge boxes of the paper, which need a detector of edges from outside.
 *
 * @param pixelsUnit  [B, C, H, W] in [0, 1]
 * @param count       K
 * @param places      P
 * @returns           [B, K, P] one-hot; of equal places the first
 */
export function keyPatches(
  pixelsUnit: Tensor,
  placing: Placing,
  count: number,
  places: number,
): Tensor {
  const edges = edgeStrength(pixelsUnit);
  let covered = mul(edges, 0);
  const chosen: Tensor[] = [];
  for (let patch = 0; patch < count; patch++) {
    const left = mul(edges, sub(1, covered));
    const best = oneHot(argMax(placing.sums(left), 1), places);
    chosen.push(best);
    covered = maximum(covered, squeeze(placing.cover(expandDims(best, 1)), 1));
  }
  return stack(chosen, 1);
}
