import { concat, split } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Replaces one channel of a pixel [B, C] with that channel of `values`. */
export function withChannel(pixel: Tensor, values: Tensor, channel: number): Tensor {
  const each = (x: Tensor) => split(x, new Array(x.shape[1] as number).fill(1), 1);
  const drawn = each(values);
  return concat(
    each(pixel).map((old, index) => (index === channel ? drawn[index] : old)),
    1,
  );
}
