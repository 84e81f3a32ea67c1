import { initialValues, variablesOf } from "../src/core/state.js";
import { ones, zeros } from "../src/nn/index.js";
import type { Variable } from "../src/nn/scope.js";
import { stream } from "../src/runtime/random.js";
import type { BenchStep } from "./steps/step.js";

const STD = 0.05;

/** The learned parameters of a step, in the order of tracing. */
export const parametersOf = (step: BenchStep): Variable[] =>
  variablesOf(step.build(), step.data)
    .list()
    .filter(({ kind }) => kind === "parameter");

/**
 * Values, by full name, of the parameters that a model starts at 0 or at 1: scattered about that, so
 * that the first loss depends on every layer. A network whose last layer starts at 0 would otherwise
 * predict 0 whatever the others compute.
 */
export function scatteredValues(
  parameters: readonly Variable[],
  seed: number,
): Map<string, Float32Array> {
  const alike = parameters.filter(({ initialise }) => initialise === zeros || initialise === ones);
  return new Map(
    [...initialValues(alike, seed)].map(([name, value]) => {
      const values = new Float32Array(value.length);
      stream(seed, `scatter.${name}`).normal(values);
      return [name, values.map((draw, index) => Number(value[index]) + STD * draw)];
    }),
  );
}
