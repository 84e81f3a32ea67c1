import type { Scope } from "../nn/scope.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Batch } from "./batch.js";

/** The progress of training, for losses that change over time. Each is a float scalar. */
export interface Clock {
  /** Batches done before this one. */
  readonly step: Tensor;
  /** Share of the whole training done, in [0, 1). Needs a budget of epochs or steps. */
  readonly progress: Tensor;
  /** Share of the phase done, in [0, 1). */
  readonly phaseProgress: Tensor;
}

/** The loss and metrics of a step per image; only the training loop averages. */
export interface Objective {
  /** [B] */
  readonly loss: Tensor;
  /** [B] each */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** Names of the update rules. */
export const optimizerNames = ["sgd", "adam", "adamw", "rmsprop"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** How to turn a gradient into an update; absent keys take the rule's defaults. */
export interface OptimizerSettings {
  readonly optimizer: OptimizerName;
  /** β₁ and β₂ of `adam` and `adamw`. */
  readonly betas?: readonly [number, number] | undefined;
  /** For `sgd` (0.9 where absent) and `rmsprop` (0 where absent). */
  readonly momentum?: number | undefined;
  readonly weightDecay?: number | undefined;
  /** Largest norm of a step's whole gradient; 0 does not clip. */
  readonly clipNorm: number;
}

/** Settings of a step's optimiser that differ from the run's. */
export interface StepOptimizer extends Partial<OptimizerSettings> {
  /** Multiplies the learning rate; 1 by default. */
  readonly rate?: number;
}

/**
 * One kind of update. For each batch the loop runs the steps in order. Each step has its own
 * moments, even where two steps train the same scope.
 */
export interface Step {
  /** Unique within a phase. Steps with the same name in several phases share their moments. */
  readonly name: string;
  /** The step runs on the last of every `every` batches; 1 by default. */
  readonly every?: number;
  /** Top-level scopes whose parameters this step moves; at least one. */
  readonly trains: readonly string[];
  readonly optimizer?: StepOptimizer;
  objective(scope: Scope, batch: Batch, clock: Clock): Objective;
}

/** A phase of training with its own steps, over the same state. */
export interface Phase {
  readonly name: string;
  /** Share of the whole training, in (0, 1]; the shares of all phases add up to 1. */
  readonly share: number;
  readonly steps: readonly Step[];
}
