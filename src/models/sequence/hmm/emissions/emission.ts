import type { Scope } from "../../../../nn/scope.js";
import type { StateValues } from "../../../../runtime/program.js";
import type { Stream } from "../../../../runtime/random.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import type { Observations } from "../sequence.js";

/**
 * The emissions of K states: one distribution per state from an exponential family.
 *
 * Every log-probability is an inner product of the observation's features and the state's weights. The
 * features of a missing value are 0, which sums or integrates it out. The expectation step then only
 * needs sums of features, for every family.
 */
export interface Emission {
  /** What a score measures, for its protocol. */
  readonly describes: string;
  /** p(observation | state), for explanations. */
  readonly formula: string;
  /** Number of free parameters of all states together. */
  readonly freeParameters: bigint;
  /** Whether an observation must be known completely or not at all. */
  readonly wholeObservations: boolean;
  /** F, the number of features of an observation. */
  readonly features: number;
  /** [B, T, F], float32 or float64 */
  featuresOf(observations: Observations): Tensor;
  /** [F, K] in the data type of the features */
  weights(scope: Scope): Tensor;
  /**
   * [F, K] What gives a state probability 0: above 0 times a feature of a value that it cannot emit, where
   * fitting has found some. Absent if every state can emit every possible value.
   */
  impossible?(scope: Scope): Tensor;
  /** [B, T, D] bool: whether a known value can be emitted; absent if all values can. */
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
  /** Values before any data is seen. */
  start(): StateValues;
  /**
   * The maximum-likelihood parameters for expected features.
   *
   * @param sums     [K, F]
   * @param current  the parameters that a state without observations keeps
   */
  maximise(sums: Float64Array, current: StateValues): StateValues;
  /** Log-density of the parameters under the prior of the smoothing, up to a constant. */
  logPrior(current: StateValues): number;
  /** Adds noise to the parameters, in units of a state's standard deviation. */
  perturb(current: StateValues, scale: number, noise: Stream): StateValues;
}

/** The sizes that every family of emissions needs. */
export interface EmissionShape {
  /** K */
  readonly states: number;
  /** D */
  readonly width: number;
}
