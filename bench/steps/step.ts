import type { AnnotationTensors } from "../../src/core/annotations.js";
import type { DataTraits } from "../../src/core/batch.js";
import type { Model } from "../../src/core/model.js";
import type { Objective, Step } from "../../src/core/steps.js";
import type { Scope } from "../../src/nn/scope.js";
import { cast, div, floor, mul, round, sub } from "../../src/tensor/ops/elementwise.js";
import { reshape, slice } from "../../src/tensor/ops/rearrange.js";
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

/**
 * A model with one of another's steps and nothing else.
 *
 * @param known  what a batch's pixels say that its images are
 */
export function stepNamedOf(
  { steps }: Model,
  name: string,
  known: (pixelsUnit: Tensor) => AnnotationTensors,
): Model {
  return {
    steps: steps
      .filter((step) => step.name === name)
      .map((step) => ({
        ...step,
        every: 1,
        objective: (scope, { pixelsUnit }, clock) =>
          step.objective(scope, { pixelsUnit, annotations: known(pixelsUnit) }, clock),
      })),
    capabilities: {},
  };
}

/** int32 [B, length]: the first pixels of each image in steps of 1/255, modulo `count`. */
export function symbolsIn(pixelsUnit: Tensor, count: number, length: number): Tensor {
  const first = { start: 0, end: 1 };
  const corner = slice(pixelsUnit, [null, first, first, { start: 0, end: length }]);
  const value = round(mul(reshape(corner, [-1, length]), 255));
  return cast(sub(value, mul(floor(div(value, count)), count)), "int32");
}
