import type { Scope } from "../nn/scope.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Batch } from "./batch.js";

/** How far training is, for losses that change on the way. Each is a float scalar. */
export interface Clock {
  /** Batches done before this one. */
  readonly step: Tensor;
  /** Share of the whole training that is done, in [0, 1). Needs a budget of epochs or steps. */
  readonly progress: Tensor;
  /** The same within the phase. */
  readonly phaseProgress: Tensor;
}

/** What a step minimises and reports, for each image; only the training loop averages. */
export interface Objective {
  /** [B] */
  readonly loss: Tensor;
  /** [B] each */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** Names of the update rules. */
export const optimizerNames = ["sgd", "adam", "adamw", "rmsprop"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** What turns a gradient into an update; the rule's usual settings where a key is absent. */
export interface OptimizerSettings {
  readonly optimizer: OptimizerName;
  /** β₁ and β₂ of `adam` and `adamw`. */
  readonly betas?: readonly [number, number] | undefined;
  /** Of `sgd`, 0.9 where absent, and `rmsprop`, 0 where absent. */
  readonly momentum?: number | undefined;
  readonly weightDecay?: number | undefined;
  /** Largest norm of a step's whole gradient; 0 leaves gradients as they are. */
  readonly clipNorm: number;
}

/** How a step's optimiser differs from that of the run. */
export interface StepOptimizer extends Partial<OptimizerSettings> {
  /** Multiplies the learning rate; 1 by default. */
  readonly rate?: number;
}

/**
 * One kind of update. For each batch the loop runs the steps in their order; each has moments of its
 * own, also where two steps train one scope.
 */
export interface Step {
  /** Unique within a phase. Steps of the same name in several phases share their moments. */
  readonly name: string;
  /** The step takes every so many batches, the last of them; 1 by default. */
  readonly every?: number;
  /** Top-level scopes whose parameters this step moves; at least one. */
  readonly trains: readonly string[];
  readonly optimizer?: StepOptimizer;
  objective(scope: Scope, batch: Batch, clock: Clock): Objective;
}

/** A part of the training with steps of its own, over the same state. */
export interface Phase {
  readonly name: string;
  /** Share of the whole training, in (0, 1]; those of all phases add up to 1. */
  readonly share: number;
  readonly steps: readonly Step[];
}
