import type { GroupSpec, State } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";

/**
 * Batch means of `loss` and the step's metrics; prefixed by the step's name where there are
 * several.
 */
export type Metrics = Readonly<Record<string, number>>;

/** A model on a device that learns its weights, by gradients or by passes. */
export interface Trainer {
  /** Everything that training needs to resume: weights, memory, moments and averages. */
  readonly state: State;
  /** The groups of the weights: parameters and buffers. */
  readonly weightGroups: readonly GroupSpec[];
  /** Parameters (averaged ones where they exist) and buffers, in the form a loaded model needs. */
  weights(): Promise<Map<string, HostArray>>;
  release(): Promise<void>;
}
