import type { Scope } from "../../../../nn/scope.js";
import type { StateValues } from "../../../../runtime/program.js";
import type { Stream } from "../../../../runtime/random.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import type { Observations } from "../sequence.js";

/**
 * What a state emits: an exponential family, one distribution for each of K states.
 *
 * Every log-probability is an inner product of features of the observation and weights of the state.
 * A missing value has features 0, which leaves it out: it is summed or integrated out. The expected
 * counts of the expectation step are then sums of features, whatever the family.
 */
export interface Emission {
  /** What a score is a score of, in words. */
  readonly describes: string;
  /** p(observation | state), for people. */
  readonly formula: string;
  /** Free parameters of all states together. */
  readonly freeParameters: bigint;
  /** True where an observation is known as a whole or not at all. */
  readonly wholeObservations: boolean;
  /** F, the number of features of an observation. */
  readonly features: number;
  /** [B, T, F], float32 or float64 */
  featuresOf(observations: Observations): Tensor;
  /** [F, K] of the data type of the features */
  weights(scope: Scope): Tensor;
  /** [B, T, D] bool: whether a known value is one that can be emitted; absent where all are. */
  possible?(observations: Observations): Tensor;
  /** [K, D] mean of each value, in [0, 1] */
  means(scope: Scope): Tensor;
  /**
   * Draws from the emissions of states.
   *
   * @param states       int64 [B, T]
   * @param temperature  float scalar ≥ 0 that divides log-probabilities; 0 gives the likeliest values
   * @returns            [B, T, D]
   */
  draw(scope: Scope, states: Tensor, temperature: Tensor): Tensor;
  /** Values before anything is known. */
  start(): StateValues;
  /**
   * The parameters that expected features ask for.
   *
   * @param sums     [K, F]
   * @param current  what a state keeps that nothing was assigned to
   */
  maximise(sums: Float64Array, current: StateValues): StateValues;
  /** log-density of the parameters under the prior that smoothing stands for, up to a constant. */
  logPrior(current: StateValues): number;
  /** The parameters with noise, in units of what a state's values vary by. */
  perturb(current: StateValues, scale: number, noise: Stream): StateValues;
}

/** What every family is made from. */
export interface EmissionShape {
  /** K */
  readonly states: number;
  /** D */
  readonly width: number;
}
