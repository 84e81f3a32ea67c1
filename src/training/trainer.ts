import type { GroupSpec, State } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";

/** Means over a batch: `loss`, and what the step reports; prefixed by the step where there are several. */
export type Metrics = Readonly<Record<string, number>>;

/** A model on a device while its weights are learned, by gradients or by passes. */
export interface Trainer {
  /** Everything that training needs to go on: weights, memory, moments and averages. */
  readonly state: State;
  /** The groups of the weights: parameters and buffers. */
  readonly weightGroups: readonly GroupSpec[];
  /** Parameters (averaged ones where there are any) and buffers, as a loaded model needs them. */
  weights(): Promise<Map<string, HostArray>>;
  release(): Promise<void>;
}
