import { categorical } from "../../nn/index.js";
import type { Scope } from "../../nn/scope.js";
import {
  add,
  and,
  cast,
  div,
  equal,
  floor,
  less,
  minimum,
  mul,
  neg,
  or,
} from "../../tensor/ops/elementwise.js";
import { expandDims } from "../../tensor/ops/rearrange.js";
import { sum } from "../../tensor/ops/reduction.js";
import type { Dim } from "../../tensor/shape.js";
import { constant, type Tensor } from "../../tensor/tensor.js";

/** Hidden places of a batch of sequences. */
export interface Mask {
  /** bool [B, N] */
  readonly hidden: Tensor;
  /** [B] how many each has, in [1, N]. */
  readonly count: Tensor;
}

/**
 * Hides places of each sequence: a number drawn evenly from 1 to N, and so many of its places by chance.
 * Noise: `share` and `order`.
 */
export function randomMask(scope: Scope, batch: Dim, length: number): Mask {
  const share = scope.noise("share", [batch], "uniform");
  const order = scope.noise("order", [batch, length], "uniform");
  const count = minimum(add(floor(mul(share, length)), 1), length);
  const [own, other] = [expandDims(order, 2), expandDims(order, 1)];
  const isEarlier = constant(
    Array.from({ length: length * length }, (_, at) =>
      Number(at % length < Math.floor(at / length)),
    ),
    [1, length, length],
    "bool",
  );
  const isBefore = or(less(other, own), and(equal(other, own), isEarlier));
  const rank = sum(cast(isBefore, "float32"), 2);
  return { hidden: less(rank, expandDims(count, 1)), count };
}

/**
 * A draw of an upper bound of −log p: N times the mean nats of the hidden symbols given the others, whose
 * number is even on 1 … N. Its expectation over masks bounds the likelihood of a model that draws one place
 * after the other in random order.
 *
 * @param logits   [B, N, K]
 * @param symbols  int [B, N]
 * @returns        [B] nats
 * @source Hoogeboom et al. 2022, arXiv:2110.02037, equation 4
 */
export function maskedNats(logits: Tensor, symbols: Tensor, { hidden, count }: Mask): Tensor {
  const each = mul(categorical(logits).logProb(symbols), cast(hidden, logits.dtype));
  const length = symbols.shape[1] as number;
  return mul(div(neg(sum(each, 1)), count), length);
}
