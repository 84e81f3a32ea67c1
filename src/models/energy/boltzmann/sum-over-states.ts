import { add } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, sliceAxis } from "../../../tensor/ops/rearrange.js";
import { logSumExp } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { statesFrom } from "../enumeration.js";
import { layerScore } from "./machine.js";

/**
 * log Σₛ exp(b·s + ½sᵀJs) over all s in {0, 1}^K, differentiable in both.
 *
 * The units are parted in two halves. A state's exponent is that of its halves plus their couplings,
 * which is one product of matrices of 2^(K/2) rows instead of 2^K.
 *
 * @param bias     [N, K] b, K ≥ 2
 * @param lateral  [K, K] J, symmetric and 0 on its diagonal
 * @returns        [N]
 */
export function logSumOverStates(bias: Tensor, lateral: Tensor): Tensor {
  const units = Number(bias.shape[1]);
  const middle = units >> 1;
  const [left, right] = [half(bias, lateral, 0, middle), half(bias, lateral, middle, units)];
  const across = sliceAxis(sliceAxis(lateral, 0, { start: 0, end: middle }), 1, {
    start: middle,
    end: units,
  });
  const coupling = matmul(matmul(left.states, across), right.states, { transposeB: true });
  const exponents = add(add(expandDims(left.own, 2), expandDims(right.own, 1)), coupling);
  return logSumExp(exponents, [1, 2]);
}

/** All states of the units `start` … `end − 1`: [S, k], and the exponent of each by itself: [N, S]. */
function half(bias: Tensor, lateral: Tensor, start: number, end: number) {
  const length = end - start;
  const range = { start, end };
  const states = constant(statesFrom(0, 2 ** length, length), [2 ** length, length]);
  const within = sliceAxis(sliceAxis(lateral, 0, range), 1, range);
  const own = matmul(sliceAxis(bias, 1, range), states, { transposeB: true });
  const pairs = layerScore(states, constant(new Float32Array(length), [length]), within);
  return { states, own: add(own, pairs) };
}
