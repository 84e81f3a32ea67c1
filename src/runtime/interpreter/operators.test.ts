import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { interpret, type NDArray } from "./index.js";

interface ArrayFixture {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Results of PyTorch in float64; see reference/operators.py. */
interface Fixture {
  readonly library: string;
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly operands: readonly ArrayFixture[];
        readonly result: ArrayFixture;
        readonly gradients?: readonly (readonly number[])[];
      }
    >
  >;
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../../reference/operators.json", import.meta.url), "utf8"),
);

const index = t.constant([2, 0, 2], [3], "int64");

/** Figment's operators by their case names in reference/operators.py. */
const operators: Readonly<Record<string, (...operands: t.Tensor[]) => t.Tensor>> = {
  neg: t.neg,
  abs: t.abs,
  sign: t.sign,
  exp: t.exp,
  sin: t.sin,
  cos: t.cos,
  tanh: t.tanh,
  sigmoid: t.sigmoid,
  relu: t.relu,
  leakyRelu: (x) => t.leakyRelu(x, 0.2),
  elu: (x) => t.elu(x, 0.7),
  gelu: t.gelu,
  silu: t.silu,
  erf: t.erf,
  floor: t.floor,
  round: t.round,
  clip: (x) => t.clip(x, -0.6, 1.4),
  "sigmoid, far": t.sigmoid,
  "softplus, far": t.softplus,
  "logSoftmax, far": (x) => t.logSoftmax(x, 0),
  "logSumExp, far": (x) => t.logSumExp(x, 0),
  "elu of one, far": (x) => t.elu(x),
  "gelu, far": t.gelu,
  log: t.log,
  sqrt: t.sqrt,
  rsqrt: t.rsqrt,
  reciprocal: t.reciprocal,
  square: t.square,
  add: t.add,
  sub: t.sub,
  mul: t.mul,
  div: t.div,
  pow: t.pow,
  "pow of zero": t.pow,
  "pow of negative": (x) => t.pow(x, 3),
  maximum: t.maximum,
  minimum: t.minimum,
  where: (a, b) => t.where(t.greater(a, b), t.mul(a, b), b),
  sum: (x) => t.sum(x, [0, 2]),
  mean: (x) => t.mean(x, [1, 2], true),
  max: (x) => t.max(x, [0, 2]),
  min: (x) => t.min(x, 1, true),
  "max of equals": (x) => t.max(x, 1),
  variance: (x) => t.variance(x, [0, 1]),
  logSumExp: (x) => t.logSumExp(x, [0, 2]),
  softmax: (x) => t.softmax(x, 1),
  logSoftmax: (x) => t.logSoftmax(x, -1),
  cumulativeSum: (x) => t.cumulativeSum(x, 1),
  argMax: (x) => t.argMax(x, 1),
  topKIndices: (x) => t.topKIndices(x, 2, 1),
  matmul: (a, b) => t.matmul(a, b),
  "matmul, batches": (a, b) => t.matmul(a, b),
  "matmul, shared weight": (a, b) => t.matmul(a, b),
  convolve2d: (x, w) => t.convolve2d(x, w),
  "convolve2d, options": (x, w) =>
    t.convolve2d(x, w, { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
  "convolve2d, four pads": (x, w) => t.convolve2d(x, w, { padding: [1, 2, 0, 0] }),
  convolveTransposed2d: (x, w) => t.convolveTransposed2d(x, w),
  "convolveTransposed2d, options": (x, w) =>
    t.convolveTransposed2d(x, w, {
      stride: [2, 3],
      padding: [1, 0],
      outputPadding: [1, 2],
      dilation: [2, 1],
      groups: 2,
    }),
  maxPool2d: (x) => t.maxPool2d(x, { kernel: 3, stride: 2, padding: 1 }),
  averagePool2d: (x) => t.averagePool2d(x, { kernel: 2 }),
  "averagePool2d, padded 3": (x) => t.averagePool2d(x, { kernel: 3, padding: 1 }),
  "averagePool2d, padded 5": (x) => t.averagePool2d(x, { kernel: 3, padding: 1 }),
  upsampleNearest2d: (x) => t.upsampleNearest2d(x, [2, 3]),
  upsampleBilinear2d: (x) => t.upsampleBilinear2d(x, [2, 3]),
  transpose: (x) => t.transpose(x, [2, 0, 1]),
  slice: (x) => t.slice(x, [{ start: 1 }, { step: 2 }, { start: -3 }]),
  flip: (x) => t.flip(x, [0, -1]),
  concat: (a, b) => t.concat([a, b, a], 1),
  stack: (a, b) => t.stack([a, b], -1),
  split: (x) => t.split(x, [1, 3], 2)[1],
  tile: (x) => t.tile(x, [2, 3]),
  pad: (x) =>
    t.pad(
      x,
      [
        [0, 2],
        [1, 0],
      ],
      0.5,
    ),
  gather: (x) => t.gather(x, index, 1),
  embedding: (x) => t.gather(x, t.constant([1, 0, 1, 1], [2, 2], "int64")),
  takeAlong: (x) => t.takeAlong(x, t.constant([2, 2, 0, 1], [2, 2], "int64"), 1),
  oneHot: (x) => t.mul(x, t.oneHot(index, 4, "float64")),
  lowerTriangle: (x) => t.mul(x, t.lowerTriangle(3, 0, "float64")),
  upperTriangle: (x) => t.mul(x, t.upperTriangle(3, 1, "float64")),
};

function expectClose(actual: NDArray, shape: readonly number[], expected: readonly number[]): void {
  expect(actual.shape).toEqual(shape);
  expected.forEach((value, position) => {
    const error = Math.abs(actual.data[position] - value) / Math.max(1, Math.abs(value));
    expect(error, `element ${position}: ${actual.data[position]}, not ${value}`).toBeLessThan(
      1e-10,
    );
  });
}

describe(`operators and their gradients agree with ${fixture.library}`, () => {
  test("has an operator for every case of the fixture", () => {
    expect(Object.keys(operators)).toEqual(Object.keys(fixture.cases));
  });

  test.each(Object.entries(operators))("%s", (name, operator) => {
    const { operands, result, gradients } = fixture.cases[name];
    const inputs = operands.map(({ shape }, position) => t.input(`x${position}`, shape, "float64"));
    const feeds = Object.fromEntries(operands.map(({ data }, position) => [`x${position}`, data]));
    const output = operator(...inputs);
    expectClose(interpret([output], feeds)[0], result.shape, result.data);

    if (gradients === undefined) return;
    const weights = t.constant(
      result.data.map((_, position) => Math.cos(position)),
      result.shape,
      "float64",
    );
    const gradient = t.grad(t.sum(t.mul(output, weights)), Object.fromEntries(inputs.entries()));
    interpret(Object.values(gradient), feeds).forEach((actual, position) => {
      expectClose(actual, operands[position].shape, gradients[position]);
    });
  });
});
