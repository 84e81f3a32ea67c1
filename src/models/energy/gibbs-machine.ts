import type { Scope } from "../../nn/scope.js";
import type { StateValues } from "../../runtime/program.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Pixels to keep fixed: [N, V] each. */
export interface Clamp {
  readonly given: Tensor;
  /** 1 for a given pixel, else 0. */
  readonly known: Tensor;
}

/** Modifies what a walk samples from. */
export interface WalkOptions {
  /** Scalar T ≥ 0, see src/nn/temperature.ts: applied to each unit given the others. */
  readonly temperature?: Tensor;
  readonly clamp?: Clamp;
  /** [N, K] 1 at the class of each row and 0 elsewhere; absent without classes. */
  readonly classes?: Tensor | undefined;
}

/** Where a sequence of Gibbs steps ends. */
export interface Walk {
  /** [N, units] */
  readonly state: Tensor;
  /** [N, V] mean of each pixel in the last step, given what it was drawn from. */
  readonly mean: Tensor;
  /**
   * [N] Σₜ log p*(βₜ₊₁, sₜ) − log p*(βₜ, sₜ) with sₜ the state before each step: the log weight of
   * annealed importance sampling.
   */
  readonly logRatio: Tensor;
}

/**
 * A machine p ∝ e^−E that is sampled by Gibbs steps at any inverse temperature β in [0, 1]: weights and
 * hidden biases are multiplied by β, and visible biases are interpolated from a base (at 0) to the
 * machine's own (at 1). At 0 all units are independent.
 */
export interface GibbsMachine {
  /** The first part of the names of its programs. */
  readonly id: string;
  /** V, the number of pixels. */
  readonly pixels: number;
  /** Length of the state between two steps, which begins with the pixels. */
  readonly units: number;
  /** K, the classes that it is conditioned on; 0 without. */
  readonly classes: number;
  /** Gibbs steps per sample. */
  readonly sampleSteps: number;
  /** Most steps to put into one program: few where a step is a large graph. */
  readonly mostSteps: number;
  /**
   * @param state  [N, units]
   * @param betas  [steps + 1] the β of the distribution that the state was drawn from, then that of
   *               each step
   */
  walk(scope: Scope, state: Tensor, betas: Tensor, options?: WalkOptions): Walk;
  /** log Z at β = 0. */
  logZOfBase(values: StateValues): number;
}
