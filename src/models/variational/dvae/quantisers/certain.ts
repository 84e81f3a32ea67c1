import { add, mul } from "../../../../tensor/ops/elementwise.js";
import { broadcastTo, expandDims } from "../../../../tensor/ops/rearrange.js";
import { sum } from "../../../../tensor/ops/reduction.js";
import type { Dim } from "../../../../tensor/shape.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import type { TokenPosterior } from "./quantiser.js";

/** The KL from a certain code at each position to the uniform prior: log K each. */
export function certainKl(encoded: Tensor, codes: number): Tensor {
  const [, , height, width] = encoded.shape as readonly [Dim, Dim, number, number];
  // Of the batch's length, whatever the encoder's output is.
  const zeros = mul(sum(encoded, [1, 2, 3]), 0);
  return add(zeros, height * width * Math.log(codes));
}

/** q(z|x) of a quantiser that makes one code of an output: all mass on it. */
export const certainPosterior = (
  tokens: Tensor,
  encoded: Tensor,
  codes: number,
): TokenPosterior => ({
  certain: true,
  klNats: certainKl(encoded, codes),
  draw(_, samples) {
    const [batch, height, width] = tokens.shape;
    return {
      tokens: broadcastTo(expandDims(tokens, 1), [batch, samples, height, width]),
      logProbs: broadcastTo(expandDims(mul(sum(encoded, [1, 2, 3]), 0), 1), [batch, samples]),
    };
  },
});
