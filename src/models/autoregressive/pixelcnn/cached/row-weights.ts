import { reshape, slice, transpose } from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import { allWeightsOf, masked, type PixelWindows, tapsCausal, tapsLeft } from "../windows.js";
import { unknownPixels } from "./unknown-pixels.js";

/**
 * Windows that only record the weights of their own row.
 *
 * @param results  receives `weight.N` of the N-th window, [columns · C, O], for inputs in column order
 */
export function rowWeights(results: Record<string, Tensor>): PixelWindows {
  let index = 0;
  const keep = (weight: Tensor) => {
    results[`weight.${index}`] = asMatrix(weight);
    index += 1;
  };
  return {
    ...unknownPixels,
    left(scope, x, spec) {
      const taps = tapsLeft(spec);
      keep(masked(allWeightsOf(scope, spec, taps).weight, spec, taps));
      return unknownPixels.left(scope, x, spec);
    },
    causal(scope, x, spec) {
      const taps = tapsLeft(spec);
      const { weight } = allWeightsOf(scope, spec, tapsCausal(spec));
      const row = slice(weight, [null, null, { start: -1 }, { end: taps.columns }]);
      keep(masked(row, spec, taps));
      return unknownPixels.causal(scope, x, spec);
    },
  };
}

/** [O, C, 1, columns] → [columns · C, O] */
function asMatrix(weight: Tensor): Tensor {
  const [outputs, channels, , columns] = weight.shape as readonly number[];
  return reshape(transpose(weight, [3, 2, 1, 0]), [columns * channels, outputs]);
}
