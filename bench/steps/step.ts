import type { DataTraits } from "../../src/core/batch.js";
import type { Model } from "../../src/core/model.js";
import type { Objective, Step } from "../../src/core/steps.js";
import type { Scope } from "../../src/nn/scope.js";
import type { Tensor } from "../../src/tensor/tensor.js";

/** A training step that Figment and its peers take, each in its own words. */
export interface BenchStep {
  readonly id: string;
  /** What is computed, for the table. */
  readonly title: string;
  readonly batchSize: number;
  /** What an item of the batch is; data that are no images are laid out as one row. */
  readonly data: DataTraits;
  /** A model with this one step. */
  build(): Model;
}

/** A model that has nothing but a step. */
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
