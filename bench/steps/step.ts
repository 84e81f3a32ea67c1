import type { DataTraits } from "../../src/core/batch.js";
import type { Model } from "../../src/core/model.js";
import type { Objective, Step } from "../../src/core/steps.js";
import type { Scope } from "../../src/nn/scope.js";
import type { Tensor } from "../../src/tensor/tensor.js";

/** A training step that Figment and its peers each implement. */
export interface BenchStep {
  readonly id: string;
  /** Description of the step, for the table. */
  readonly title: string;
  readonly batchSize: number;
  /** Traits of the batch's items; data other than images are laid out as a single row. */
  readonly data: DataTraits;
  /** A model with this one step. */
  build(): Model;
}

/** A model with a training step and nothing else. */
export function stepOnly(
  trains: readonly string[],
  objective: (scope: Scope, pixelsUnit: Tensor) => Tensor,
): Model {
  const step: Step = {
    name: "step",
    trains,
    objective: (scope, { pixelsUnit }): Objective => ({
      loss: objective(scope, pixelsUnit),
      metrics: {},
    }),
  };
  return { steps: [step], capabilities: {} };
}
