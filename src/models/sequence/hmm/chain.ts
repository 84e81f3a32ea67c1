import { constantValue } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import type { Stream } from "../../../runtime/random.js";
import { log, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { broadcastTo, reshape, transpose } from "../../../tensor/ops/rearrange.js";
import { logSoftmax } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import {
  LEAST_LOG_PROB,
  logPriorOf,
  logProbabilities,
  numbersOf,
  perturbed,
  withZeros,
} from "./categories.js";
import { numberAmongAll, type OwnStates } from "./classes.js";
import type { Allowed } from "./topology.js";

const [INITIAL, TRANSITIONS] = ["parameters.chain.initial", "parameters.chain.transitions"];

/** The hidden Markov chain, of each image its class's. */
export interface Chain {
  /** [K], or [B, K] with classes: log π of the first state. */
  readonly logInitial: Tensor;
  /** [K, K], or [B, K, K] with classes: log A from state i (row) to state j (column). */
  readonly logTransitions: Tensor;
  /** log A of all classes: [K, K], or [C, K, K] with classes. */
  readonly everyTransition: Tensor;
  /** log A from states: int64 [B, …] → [B, …, K] */
  from(states: Tensor): Tensor;
  /** log A into states: int64 [B, …] → [B, …, K] */
  into(states: Tensor): Tensor;
}

/** The sizes of a chain. */
export interface ChainShape {
  /** K */
  readonly states: number;
  /** C, each with a chain of its own; 0 without classes. */
  readonly classes: number;
  /** Undefined where everything is allowed, also as the first state. */
  readonly allowed: Allowed | undefined;
}

/**
 * The chain of a model. Its parameters are logits, which fitting keeps normalised.
 *
 * @param zeros  whether what fitting has found to be impossible is so
 */
export function chainOf(
  scope: Scope,
  { states, classes, allowed }: ChainShape,
  own: OwnStates,
  { zeros = false } = {},
): Chain {
  const chain = scope.child("chain");
  const uniform = constantValue(-Math.log(states));
  const each = classes === 0 ? [] : [classes];
  const logitsOf = (name: string, shape: readonly number[]) => {
    const fitted = chain.parameter(name, [...each, ...shape], uniform);
    return zeros ? withZeros(fitted) : fitted;
  };
  const initial =
    allowed === undefined
      ? logSoftmax(logitsOf("initial", [states]), -1)
      : broadcastTo(certainlyFirst(states), [...each, states]);
  const logits = logitsOf("transitions", [states, states]);
  const transitions = logSoftmax(allowed === undefined ? logits : only(allowed, logits), -1);
  const ofImages = (x: Tensor) => (own.classes === undefined ? x : gather(x, own.classes.index));
  const rows = (x: Tensor, index: Tensor) =>
    gather(reshape(x, [-1, states]), numberAmongAll(index, own, states));
  const backwards = transpose(transitions, classes === 0 ? [1, 0] : [0, 2, 1]);
  return {
    logInitial: ofImages(initial),
    logTransitions: ofImages(transitions),
    everyTransition: transitions,
    from: (index) => rows(transitions, index),
    into: (index) => rows(backwards, index),
  };
}

/** [K] log-probabilities of a chain that begins in its first state. */
const certainlyFirst = (states: number): Tensor =>
  log(constant(Array.from({ length: states }, (_, state) => (state === 0 ? 1 : 0))));

/** The logits of the allowed transitions, −∞ for the others. @param logits  [..., K, K] */
function only(allowed: Allowed, logits: Tensor): Tensor {
  const mask = constant(allowed.map(Number), logits.shape.slice(-2) as number[], "bool");
  return where(mask, logits, Number.NEGATIVE_INFINITY);
}

/** Whether no transition is less probable than fitting with pseudo-counts makes any. */
export function allPossible(values: StateValues, states: number): boolean {
  const logits = numbersOf(values, TRANSITIONS);
  return Array.from({ length: logits.length / states }, (_, from) =>
    logits.subarray(from * states, (from + 1) * states),
  ).every((row) => Math.min(...row) - Math.max(...row) >= 1.01 * LEAST_LOG_PROB);
}

/** A chain in which all states are equally likely. */
export function uniformChain({ states, classes, allowed }: ChainShape): StateValues {
  const value = -Math.log(states);
  const chains = Math.max(1, classes);
  const transitions = new Float32Array(chains * states ** 2).fill(value);
  if (allowed !== undefined) return new Map([[TRANSITIONS, transitions]]);
  const initial = new Float32Array(chains * states).fill(value);
  return new Map([
    [INITIAL, initial],
    [TRANSITIONS, transitions],
  ]);
}

/**
 * The maximum-likelihood chain for expected counts.
 *
 * @param initial      [C, K] expected number of images that start in each state
 * @param transitions  [C, K, K] expected number of transitions
 * @param smoothing    pseudo-count of each; if it is 0, a state without transitions keeps its row
 * @source Rabiner 1989, equations 40a and 40b
 */
export function maximiseChain(
  initial: Float64Array,
  transitions: Float64Array,
  current: StateValues,
  { states, allowed }: ChainShape,
  smoothing: number,
): StateValues {
  const estimated = (name: string, counts: Float64Array) =>
    logProbabilities(counts, states, smoothing, numbersOf(current, name), allowed);
  const moved: [string, Float32Array] = [TRANSITIONS, estimated(TRANSITIONS, transitions)];
  return new Map(allowed === undefined ? [[INITIAL, estimated(INITIAL, initial)], moved] : [moved]);
}

/** log p of the chain under the prior of the pseudo-counts, up to a constant. */
export function chainLogPrior(
  current: StateValues,
  { states, allowed }: ChainShape,
  smoothing: number,
): number {
  const ofRows = (name: string) => logPriorOf(numbersOf(current, name), states, smoothing, allowed);
  return ofRows(TRANSITIONS) + (allowed === undefined ? ofRows(INITIAL) : 0);
}

/** The transitions with normal noise of this scale in their log-probabilities. */
export function perturbChain(
  current: StateValues,
  { states }: ChainShape,
  scale: number,
  noise: Stream,
): StateValues {
  const transitions = numbersOf(current, TRANSITIONS);
  return new Map([[TRANSITIONS, perturbed(transitions, states, scale, noise)]]);
}
