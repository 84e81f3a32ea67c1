import { expect } from "vitest";
import type { DataTraits } from "../../core/batch.js";
import { batchInputs, STOPPED } from "../../core/state.js";
import type { Clock, Step } from "../../core/steps.js";
import { type ArrayFixture, expectClose } from "../../nn/fixture.testing.js";
import { trace, Variables } from "../../nn/scope.js";
import { interpret } from "../../runtime/interpreter/index.js";
import { grad } from "../../tensor/gradient.js";
import { mean } from "../../tensor/ops/reduction.js";

export type Arrays = Readonly<Record<string, ArrayFixture>>;

/** The losses of a batch's images, and the gradients of their mean by the names of parameters. */
export interface StepFixture {
  readonly losses: ArrayFixture;
  readonly gradients: Arrays;
}

/** Expects a step's losses, and the gradients of their mean with respect to what it trains. */
export function expectStep(
  step: Step,
  data: DataTraits,
  feeds: Readonly<Record<string, readonly number[]>>,
  values: Arrays,
  expected: StepFixture,
  clock: Clock = STOPPED,
): void {
  const [count] = expected.losses.shape;
  const variables = new Variables();
  const { result } = trace(variables, true, (scope) =>
    step.objective(scope, batchInputs(data, count), clock),
  );
  const all = variables.list();
  const trained = all.filter(
    ({ kind, path }) => kind === "parameter" && step.trains.includes(path.split(".")[0]),
  );
  expect(trained.map(({ path }) => path).sort()).toEqual(Object.keys(expected.gradients).sort());
  const gradients = grad(
    mean(result.loss),
    Object.fromEntries(trained.map(({ tensor }, at) => [at, tensor])),
  );
  const state = all.map(({ tensor, path, shape }) => [
    (tensor.attributes as { name: string }).name,
    values[path]?.data ?? new Array(shape.reduce((a, b) => a * b, 1)).fill(0),
  ]);
  const found = interpret([result.loss, ...trained.map((_, at) => gradients[at])], {
    ...feeds,
    ...Object.fromEntries(state),
  });
  expectClose(found[0].data, expected.losses.data, 1e-9, step.name);
  trained.forEach(({ path }, at) => {
    expectClose(found[at + 1].data, expected.gradients[path].data, 1e-9, path);
  });
}
