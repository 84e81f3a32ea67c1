import { ConfigError } from "../../../core/errors.js";
import { sliceAxis } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * A lazy penalty: the first of `parts` equal parts of a batch, which alone is penalised. The
 * expected gradient is that of the whole batch, at a fraction of its cost and with more variance.
 *
 * Lazy regularisation in time, on every k-th batch, saves as much, but adds a k-fold gradient now and
 * then, for which the decays and the rate of Adam must be changed. A part of each batch leaves the
 * updates alike.
 *
 * @param values  [N, …]; a symbolic N, which is traced only for its variables, stays whole
 * @returns       [N / parts, …]
 * @throws ConfigError when the parts do not divide the batch
 * @source Karras et al. 2020, arXiv:1912.04958, section 3.1 and appendix B, for the interval in time
 */
export function partOfBatch(values: Tensor, parts: number): Tensor {
  const [count] = values.shape;
  if (parts === 1 || typeof count !== "number") return values;
  if (count % parts !== 0) {
    throw new ConfigError(
      `a penalty on one of ${parts} parts does not divide ${count} inputs of the discriminator; take a batch size that is a multiple`,
    );
  }
  return sliceAxis(values, 0, { start: 0, end: count / parts });
}
