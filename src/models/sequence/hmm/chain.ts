import { constantValue } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import type { Stream } from "../../../runtime/random.js";
import { logSoftmax } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import {
  LEAST_LOG_PROB,
  logPriorOf,
  logProbabilities,
  numbersOf,
  perturbed,
  withZeros,
} from "./categories.js";

const [INITIAL, TRANSITIONS] = ["parameters.chain.initial", "parameters.chain.transitions"];

/** The hidden Markov chain. */
export interface Chain {
  /** [K] log π of the first state. */
  readonly logInitial: Tensor;
  /** [K, K] log A from state i (row) to state j (column). */
  readonly logTransitions: Tensor;
}

/**
 * The chain of a model. Its parameters are logits, which fitting keeps normalised.
 *
 * @param zeros  whether what fitting has found to be impossible is so
 */
export function chainOf(scope: Scope, states: number, { zeros = false } = {}): Chain {
  const chain = scope.child("chain");
  const uniform = constantValue(-Math.log(states));
  const logProbs = (name: string, shape: readonly number[]) => {
    const logits = chain.parameter(name, shape, uniform);
    return logSoftmax(zeros ? withZeros(logits) : logits, -1);
  };
  return {
    logInitial: logProbs("initial", [states]),
    logTransitions: logProbs("transitions", [states, states]),
  };
}

/** Whether no transition is less probable than fitting with pseudo-counts makes any. */
export function allPossible(values: StateValues): boolean {
  const logits = numbersOf(values, TRANSITIONS);
  const states = Math.sqrt(logits.length);
  return Array.from({ length: states }, (_, from) =>
    logits.subarray(from * states, (from + 1) * states),
  ).every((row) => Math.min(...row) - Math.max(...row) >= 1.01 * LEAST_LOG_PROB);
}

/** A chain in which all states are equally likely. */
export function uniformChain(states: number): StateValues {
  const value = -Math.log(states);
  return new Map([
    [INITIAL, new Float32Array(states).fill(value)],
    [TRANSITIONS, new Float32Array(states * states).fill(value)],
  ]);
}

/**
 * The maximum-likelihood chain for expected counts.
 *
 * @param initial      [K] expected number of images that start in each state
 * @param transitions  [K, K] expected number of transitions
 * @param smoothing    pseudo-count of each; if it is 0, a state without transitions keeps its row
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

/** log p of the chain under the prior of the pseudo-counts, up to a constant. */
export function chainLogPrior(current: StateValues, smoothing: number): number {
  const states = numbersOf(current, INITIAL).length;
  return [INITIAL, TRANSITIONS].reduce(
    (sum, name) => sum + logPriorOf(numbersOf(current, name), states, smoothing),
    0,
  );
}

/** Adds normal noise of this scale to the chain's log-probabilities. */
export function perturbChain(current: StateValues, scale: number, noise: Stream): StateValues {
  const states = numbersOf(current, INITIAL).length;
  const transitions = numbersOf(current, TRANSITIONS);
  return new Map([
    [INITIAL, numbersOf(current, INITIAL)],
    [TRANSITIONS, perturbed(transitions, states, scale, noise)],
  ]);
}
