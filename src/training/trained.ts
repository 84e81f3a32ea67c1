import type { GroupSpec, State } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";

/** Means over a batch: `loss`, and what the step reports; prefixed by the step where there are several. */
export type Metrics = Readonly<Record<string, number>>;

/** A model on the way to its weights, by gradients or by passes. */
export interface Trained {
  /** Everything that training needs to go on: parameters, buffers, moments and averages. */
  readonly state: State;
  /** The groups that the model itself has, without those that training adds. */
  readonly own: readonly GroupSpec[];
  /** Parameters (averaged ones where there are any) and buffers, as a loaded model needs them. */
  weights(): Promise<Map<string, HostArray>>;
  release(): Promise<void>;
}
