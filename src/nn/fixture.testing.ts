import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { interpret } from "../runtime/interpreter/index.js";
import type { TensorValues } from "../tensor/dtype.js";
import { constant, input, type Tensor } from "../tensor/tensor.js";
import { type Scope, trace, type Variable, Variables } from "./scope.js";

export interface ArrayFixture {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
type Arrays = Readonly<Record<string, ArrayFixture>>;

export interface LayerFixture {
  readonly x: ArrayFixture;
  /** Inputs besides x. */
  readonly others?: Arrays;
  readonly variables: Arrays;
  readonly y: ArrayFixture;
  readonly cotangent: ArrayFixture;
  readonly gradients: Arrays;
  readonly updates: Arrays;
}

interface OptimizerCase {
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly steps: readonly (readonly number[])[];
}

/** Versions that produced a fixture. */
interface Made {
  /** PyTorch's version. */
  readonly torch: string;
}

/** Results of PyTorch in float64; see reference/layers.py. */
interface LayersFixture {
  readonly made: Made;
  readonly layers: Readonly<Record<string, LayerFixture>>;
}

/** Results of PyTorch in float64; see reference/nn.py. */
interface Fixture {
  readonly made: Made;
  readonly activations: Arrays;
  readonly optimizers: {
    readonly start: readonly number[];
    readonly gradients: readonly (readonly number[])[];
    readonly learningRates: readonly number[];
    readonly cases: Readonly<Record<string, readonly OptimizerCase[]>>;
  };
  readonly clipping: readonly {
    readonly maxNorm: number;
    readonly norm: number;
    readonly gradients: readonly (readonly number[])[];
  }[];
  readonly schedules: Readonly<Record<string, readonly number[]>>;
  readonly distributions: Readonly<Record<string, Arrays>>;
  readonly logisticMixture: Arrays;
  readonly logisticMixtureRgb: Arrays;
}

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../../reference/${name}`, import.meta.url), "utf8"));
}

export const fixture: Fixture = read("nn.json");
export const layersFixture: LayersFixture = read("layers.json");

export function literal({ data, shape }: ArrayFixture): Tensor {
  return constant(data as TensorValues, shape, "float64");
}

/** Values of tensors without inputs, in float64. */
export function valuesOf(x: Tensor): number[] {
  return [...interpret([x], {})[0].data];
}

/** Traces a function and lists the variables it declares. */
export function traced<R>(training: boolean, build: (scope: Scope) => R) {
  const variables = new Variables();
  const { result, updates } = trace(variables, training, (scope) => build(scope.child("layer")));
  return { result, updates, variables: variables.list() };
}

/** A scope whose variables are program inputs by name; collects its parameters and updates. */
export function feeding(training: boolean) {
  const parameters: Record<string, Tensor> = {};
  const updates: Record<string, Tensor> = {};
  const scopeAt = (prefix: string): Scope => ({
    training,
    child: (name) => scopeAt(`${prefix}${name}.`),
    parameter: (name, shape) => {
      parameters[prefix + name] = input(prefix + name, shape);
      return parameters[prefix + name];
    },
    buffer: (name, shape) => input(prefix + name, shape),
    update(buffer, value) {
      updates[`next.${(buffer as Tensor<"input">).attributes.name}`] = value;
    },
    noise: (name, shape) => input(prefix + name, shape),
    memory: (name, shape) => input(prefix + name, shape),
    again: () => scopeAt(prefix),
    frozen: () => feeding(false).scope,
  });
  return { scope: scopeAt(""), parameters, updates };
}

/** The variable's name within the layer. */
export function shortName({ path }: Pick<Variable, "path">): string {
  return path.replace(/^layer\./, "");
}

/** The name under which a program reads a variable's value. */
export function stateName({ tensor }: Variable): string {
  return (tensor as Tensor<"input">).attributes.name;
}

export function expectClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance = 1e-9,
  what = "",
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  expected.forEach((value, index) => {
    const limit = tolerance * (1 + Math.abs(value));
    const distance = Math.abs(actual[index] - value);
    expect(distance <= limit, `${what}[${index}]: ${actual[index]} against ${value}`).toBe(true);
  });
}
