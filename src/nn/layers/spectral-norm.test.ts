import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../runtime/interpreter/array.js";
import { interpret } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import { grad, input, square, sum, type Tensor, tanh } from "../../tensor/index.js";
import { expectClose, shortName, stateName, traced } from "../fixture.testing.js";
import type { Scope } from "../scope.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { spectralNorm } from "./spectral-norm.js";

const SHAPE = [4, 3, 2, 2];

type Feeds = Record<string, Float32Array | Float64Array>;

/** A convolution with spectral normalisation, with values for its weight and vectors. */
function normalised(training: boolean) {
  const x = input("x", [2, 3, 4, 4]);
  let weight: Tensor | undefined;
  const layer = traced(training, (scope) =>
    conv2d(scope, x, {
      channels: SHAPE[0],
      kernel: [SHAPE[2], SHAPE[3]],
      bias: false,
      transformWeight: (given, own) => {
        weight = spectralNorm()(given, own);
        return weight;
      },
    }),
  );
  const tensors = Object.fromEntries(
    layer.variables.map((variable) => [shortName(variable), variable.tensor]),
  );
  const pixels = new Float32Array(2 * 3 * 4 * 4);
  stream(4, "pixels").normal(pixels);
  const feeds: Feeds = { x: pixels };
  for (const variable of layer.variables) {
    feeds[stateName(variable)] = variable.initialise(variable.shape, stream(3, variable.path));
  }
  return { ...layer, x, weight: weight!, tensors, feeds };
}

function valuesOf(results: Readonly<Record<string, NDArray>>): Feeds {
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Float64Array.from(data)]),
  );
}

describe("spectralNorm", () => {
  test("starts with vectors of length 1", () => {
    const { variables, feeds } = normalised(true);
    for (const variable of variables.filter(({ kind }) => kind === "buffer")) {
      const length = Math.hypot(...Array.from(feeds[stateName(variable)]));
      expect(length, shortName(variable)).toBeCloseTo(1, 6);
    }
  });

  test("divides by the largest singular value after some training steps, by ml-matrix's SVD", () => {
    const { updates, weight, feeds } = normalised(true);
    const values = Array.from(feeds["parameters.layer.weight"]);
    const matrix = Matrix.from1DArray(4, 12, values).transpose();
    const [largest] = new SingularValueDecomposition(matrix).diagonal;
    let state = feeds;
    for (let step = 0; step < 200; step++) {
      state = { ...state, ...valuesOf(interpret(updates, state)) };
    }
    const [{ data }] = interpret([weight], state);
    expectClose(
      data,
      values.map((value) => value / largest),
    );
  });

  test("has the gradient of a gradient penalty that its vectors give outside training", () => {
    const penaltyOf = ({ result, x, tensors }: ReturnType<typeof normalised>) => {
      const slope = grad(sum(tanh(result)), x);
      return grad(sum(square(slope)), tensors.weight);
    };
    const [step, outside] = [normalised(true), normalised(false)];
    const [expected] = interpret([penaltyOf(step)], step.feeds);
    const vectors = valuesOf(interpret(step.updates, step.feeds));
    const [actual] = interpret([penaltyOf(outside)], { ...outside.feeds, ...vectors });
    expect(Math.hypot(...expected.data)).toBeGreaterThan(0.1);
    expectClose(actual.data, [...expected.data]);
  });

  test("gives a second pass of one step the same weight, and a frozen pass that of its stored vectors", () => {
    const x = input("x", [2, 3]);
    const layer = (scope: Scope) =>
      dense(scope, x, { features: 4, transformWeight: spectralNorm() });
    const { result, updates, variables } = traced(true, (scope) => ({
      first: layer(scope),
      second: layer(scope.again("second")),
      frozen: layer(scope.frozen()),
    }));
    expect(Object.keys(updates)).toEqual(["buffers.layer.u", "buffers.layer.v"]);
    const outside = traced(false, layer).result;
    const feeds: Feeds = { x: Float32Array.of(1, -2, 0.5, 3, 0.1, -1) };
    for (const variable of variables) {
      feeds[stateName(variable)] = variable.initialise(variable.shape, stream(3, variable.path));
    }
    const { first, second, frozen, evaluated } = interpret(
      { ...result, evaluated: outside },
      feeds,
    );
    expectClose(second.data, [...first.data]);
    expectClose(frozen.data, [...evaluated.data]);
    expect(Math.abs(frozen.data[0] - first.data[0])).toBeGreaterThan(1e-3);
  });
});
