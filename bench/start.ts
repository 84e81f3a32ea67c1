import { initialValues, variablesOf } from "../src/core/state.js";
import { inputsOf, type Program } from "../src/runtime/program.js";
import { stream } from "../src/runtime/random.js";
import { elementCount } from "../src/tensor/shape.js";
import { stepProgram } from "../src/training/step-program.js";
import { LEARNING_RATE, pixelsOf, SEED, updateRule } from "./contestants/training.js";
import type { NamedArray, Start } from "./peers/start-file.js";
import { parametersOf, scatteredValues } from "./scatter.js";
import type { BenchStep } from "./steps/step.js";

/** The program of a step before it is compiled. */
export function programOf(step: BenchStep): Program {
  const model = step.build();
  const variables = variablesOf(model, step.data);
  return stepProgram(model.steps[0], variables, updateRule, step.data, step.batchSize);
}

/** Figment's weights, batch and noise for a step, from which the peers start as well. */
export function startOf(step: BenchStep, program: Program, noisySteps: number): Start {
  const parameters = parametersOf(step);
  const values = new Map([
    ...initialValues(parameters, SEED),
    ...scatteredValues(parameters, SEED),
  ]);
  return {
    trains: step.build().steps[0].trains,
    learningRate: LEARNING_RATE,
    parameters: parameters.map(({ path, shape }) => ({
      name: path,
      shape,
      values: values.get(`parameters.${path}`) as Float32Array,
    })),
    pixelsUnit: pixelsOf(step),
    noise: Array.from({ length: noisySteps }, (_, index) => noiseOf(program, index)),
  };
}

/** The noise that the runtime draws for a step. */
function noiseOf(program: Program, index: number): NamedArray[] {
  return inputsOf(program).flatMap(({ attributes: { name, source }, shape }) => {
    if (source.kind !== "noise") return [];
    const counts = shape as readonly number[];
    const values = new Float32Array(elementCount(counts));
    stream(SEED, name, index)[source.distribution](values);
    return [{ name, shape: counts, values }];
  });
}
