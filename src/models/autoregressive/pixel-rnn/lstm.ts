import type { Initialiser } from "../../../nn/scope.js";
import { add, mul, sigmoid, tanh } from "../../../tensor/ops/elementwise.js";
import { split } from "../../../tensor/ops/rearrange.js";
import { elementCount } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** The state of an LSTM, [h, …] each, or [D, h, …] for D LSTMs. */
export interface LstmState {
  /** Hidden state, the output. */
  readonly h: Tensor;
  /** Cell state. */
  readonly c: Tensor;
}

/**
 * One step of an LSTM.
 *
 * @param gates     [4h, …] along the axis, before the non-linearities, in the paper's order: output,
 *                  forget, input, content
 * @param previous  [h, …] the previous cell state; zeros if absent
 * @param axis      of the features
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, equation 3
 */
export function lstmStep(gates: Tensor, previous: Tensor | undefined, axis = 0): LstmState {
  const hidden = (gates.shape[axis] as number) / 4;
  const [switches, content] = split(gates, [3 * hidden, hidden], axis);
  const [output, forget, input] = split(sigmoid(switches), [hidden, hidden, hidden], axis);
  const written = mul(input, tanh(content));
  const c = previous === undefined ? written : add(mul(forget, previous), written);
  return { h: mul(output, tanh(c)), c };
}

/**
 * Zeros, but 1 for the forget gates, so that an untrained LSTM remembers.
 *
 * @source Jozefowicz, Zaremba & Sutskever 2015, ICML, section 2.2
 */
export const gateBias: Initialiser = (shape) => {
  const bias = new Float32Array(elementCount(shape));
  return bias.fill(1, bias.length / 4, bias.length / 2);
};
