import { describe, expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import { input, mul, sum, type Tensor } from "../../tensor/index.js";
import { activationNamed, activationNames } from "../activations.js";
import {
  expectClose,
  fixture,
  type LayerFixture,
  layersFixture,
  literal,
  shortName,
  stateName,
  traced,
  valuesOf,
} from "../fixture.testing.js";
import type { Scope } from "../scope.js";
import { batchNorm } from "./batch-norm.js";
import { dropout } from "./dropout.js";
import { gradientsOf, inputsOf, type LayerCase, layerCases } from "./layer-cases.testing.js";
import { mlp } from "./mlp.js";

/** Traces a layer, where it can with a symbolic batch, and evaluates it with the fixture's variables. */
function evaluate(expected: LayerFixture, layerCase: LayerCase) {
  const { layer, evaluating, indices } = layerCase;
  const { x, others, count } = inputsOf(expected, layerCase);
  const { result, updates, variables } = traced(!evaluating, (scope) => layer(scope, x, others));
  const parameters = variables.filter(({ kind }) => kind === "parameter");
  const targets = Object.fromEntries([
    ...(indices ? [] : [["x", x]]),
    ...Object.entries(others),
    ...parameters.map((variable) => [shortName(variable), variable.tensor]),
  ]) as Record<string, Tensor>;
  const cotangent = input("cotangent", result.shape);
  const gradients = gradientsOf(sum(mul(result, cotangent)), targets);
  const feeds = Object.fromEntries([
    ["x", expected.x.data],
    ...Object.entries(expected.others ?? {}).map(([name, { data }]) => [name, data]),
    ["cotangent", expected.cotangent.data],
    ...variables.map((variable) => {
      const value = expected.variables[shortName(variable)];
      expect(variable.shape, shortName(variable)).toEqual(value.shape);
      return [stateName(variable), value.data];
    }),
  ]);
  const run = (tensors: Record<string, Tensor>) => interpret(tensors, feeds, { B: count });
  return { y: run({ y: result }).y, gradients: run(gradients), updates: run(updates) };
}

describe(`layers against PyTorch ${layersFixture.made.torch}`, () => {
  test.each(Object.keys(layerCases))("%s: output, gradients and buffers", (name) => {
    const expected = layersFixture.layers[name];
    const { y, gradients, updates } = evaluate(expected, layerCases[name]);
    expect(y.shape).toEqual(expected.y.shape);
    expectClose(y.data, expected.y.data, 1e-9, "y");
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(expected.gradients).sort());
    for (const [key, value] of Object.entries(expected.gradients)) {
      expectClose(gradients[key].data, value.data, 1e-9, `gradient of ${key}`);
    }
    expect(Object.keys(updates)).toHaveLength(Object.keys(expected.updates).length);
    for (const [key, value] of Object.entries(expected.updates)) {
      expectClose(updates[`buffers.layer.${key}`].data, value.data, 1e-9, key);
    }
  });

  test("covers every fixture", () => {
    expect(Object.keys(layerCases)).toEqual(Object.keys(layersFixture.layers));
  });

  test.each(activationNames)("%s", (name) => {
    const { x, [name]: expected } = fixture.activations;
    const y = activationNamed(name)(literal(x));
    expectClose(valuesOf(y), expected.data, 1e-9, name);
  });

  test("names the activations that there are", () => {
    expect(() => activationNamed("swish" as "silu")).toThrow(/no activation "swish".*relu.*silu/);
  });
});

describe("batchNorm", () => {
  test("refuses a batch that has no variance", () => {
    const x = input("x", [1, 3]);
    expect(() => traced(true, (scope) => batchNorm(scope, x))).toThrow(/no variance.*\[1, 3\]/);
    expect(() => traced(false, (scope) => batchNorm(scope, x))).not.toThrow();
  });

  test("is traced twice in one step when the second pass leaves the statistics alone", () => {
    const x = input("x", [4, 3]);
    const twice = (second: (scope: Scope) => Scope) =>
      traced(true, (scope) => {
        batchNorm(scope, x);
        batchNorm(second(scope), x);
      });
    expect(() => twice((scope) => scope)).toThrow(/updated twice/);
    expect(Object.keys(twice((scope) => scope.again("second")).updates)).toEqual([
      "buffers.layer.running_mean",
      "buffers.layer.running_var",
    ]);
  });
});

describe("dropout", () => {
  const x = input("x", [4]);
  const run = (rate: number, training: boolean) => {
    const { result } = traced(training, (scope) => dropout(scope, x, { rate }));
    return {
      result,
      value: interpret([result], { x: [1, 2, 3, 4], "noise.layer.mask": [0, 0.2, 0.25, 0.9] })[0],
    };
  };

  test("keeps what the noise leaves and divides it by the share kept", () => {
    expectClose(run(0.25, true).value.data, [0, 0, 4, 16 / 3]);
  });

  test("is the identity outside training and at rate 0", () => {
    expect(run(0.25, false).result).toBe(x);
    expect(run(0, true).result).toBe(x);
    expect(() => run(1, true)).toThrow(/not in \[0, 1\)/);
  });

  test("keeps the expected value: mean and share of 1e5 ones within 4 standard errors", () => {
    const n = 100_000;
    const many = input("x", [n]);
    const { result } = traced(true, (scope) => dropout(scope, many, { rate: 0.3 }));
    const mask = new Float32Array(n);
    stream(5, "mask").uniform(mask);
    const [{ data }] = interpret([result], {
      x: new Float32Array(n).fill(1),
      "noise.layer.mask": mask,
    });
    const error = Math.sqrt(0.3 / 0.7 / n);
    expect(Math.abs(data.reduce((a, b) => a + b) / n - 1)).toBeLessThan(4 * error);
  });
});

describe("mlp", () => {
  const x = input("x", ["B", 3]);

  test("names its layers and lets noise through each", () => {
    const { result, variables } = traced(true, (scope) =>
      mlp(scope, x, { hidden: [4, 5], features: 2, activation: "tanh", dropout: 0.5 }),
    );
    expect(result.shape).toEqual(["B", 2]);
    expect(variables.map((variable) => [shortName(variable), variable.shape])).toEqual([
      ["hidden1.weight", [4, 3]],
      ["hidden1.bias", [4]],
      ["hidden2.weight", [5, 4]],
      ["hidden2.bias", [5]],
      ["output.weight", [2, 5]],
      ["output.bias", [2]],
    ]);
  });

  test("gates: h · σ(g)", () => {
    const { result, variables } = traced(false, (scope) =>
      mlp(scope, x, { hidden: [1], activation: "gated" }),
    );
    expect(variables.map(shortName)).toEqual([
      "hidden1.h.weight",
      "hidden1.h.bias",
      "hidden1.g.weight",
      "hidden1.g.bias",
    ]);
    const values = [[1, 2, 3], [0.5], [0.1, 0.2, 0.3], [-1]];
    const feeds = Object.fromEntries(
      variables.map((variable, index) => [stateName(variable), values[index]]),
    );
    const [{ data }] = interpret([result], { ...feeds, x: [1, 1, 1] }, { B: 1 });
    expectClose(data, [6.5 / (1 + Math.exp(0.4))]);
  });

  test("is the identity without layers", () => {
    expect(traced(false, (scope) => mlp(scope, x, { hidden: [] })).result).toBe(x);
  });
});
