import { constantValue } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import type { Stream } from "../../../runtime/random.js";
import { logSoftmax } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { logPriorOf, logProbabilities, numbersOf, perturbed } from "./categories.js";

const [INITIAL, TRANSITIONS] = ["parameters.chain.initial", "parameters.chain.transitions"];

/** The hidden Markov chain. */
export interface Chain {
  /** [K] log π: of the first state. */
  readonly logInitial: Tensor;
  /** [K, K] log A: from state i (row) to state j (column). */
  readonly logTransitions: Tensor;
}

/** The chain of a model, of which the parameters are logits: fitting leaves them normalised. */
export function chainOf(scope: Scope, states: number): Chain {
  const chain = scope.child("chain");
  const uniform = constantValue(-Math.log(states));
  return {
    logInitial: logSoftmax(chain.parameter("initial", [states], uniform), -1),
    logTransitions: logSoftmax(chain.parameter("transitions", [states, states], uniform), -1),
  };
}

/** A chain that knows nothing: every state is as likely as any other. */
export function uniformChain(states: number): StateValues {
  const value = -Math.log(states);
  return new Map([
    [INITIAL, new Float32Array(states).fill(value)],
    [TRANSITIONS, new Float32Array(states * states).fill(value)],
  ]);
}

/**
 * The chain that makes expected counts most probable.
 *
 * @param initial      [K] expected number of images that begin in a state
 * @param transitions  [K, K] expected number of moves
 * @param smoothing    pseudo-count of each; a state that is never left keeps its row where it is 0
 * @source Rabiner 1989, equations 40a and 40b
 */
export function maximiseChain(
  initial: Float64Array,
  transitions: Float64Array,
  current: StateValues,
  smoothing: number,
): StateValues {
  const states = initial.length;
  const before = (name: string) => numbersOf(current, name);
  return new Map([
    [INITIAL, logProbabilities(initial, states, smoothing, before(INITIAL))],
    [TRANSITIONS, logProbabilities(transitions, states, smoothing, before(TRANSITIONS))],
  ]);
}

/** log p of the chain under the prior that the pseudo-counts stand for, up to a constant. */
export function chainLogPrior(current: StateValues, smoothing: number): number {
  const states = numbersOf(current, INITIAL).length;
  return [INITIAL, TRANSITIONS].reduce(
    (sum, name) => sum + logPriorOf(numbersOf(current, name), states, smoothing),
    0,
  );
}

/** The chain with normal noise of this scale on its log-probabilities. */
export function perturbChain(current: StateValues, scale: number, noise: Stream): StateValues {
  const states = numbersOf(current, INITIAL).length;
  const transitions = numbersOf(current, TRANSITIONS);
  return new Map([
    [INITIAL, numbersOf(current, INITIAL)],
    [TRANSITIONS, perturbed(transitions, states, scale, noise)],
  ]);
}
