import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { drawFeeds, expectClose, real, withGradients } from "../agreement.testing.js";
import { interpret } from "../interpreter/index.js";
import { cases } from "../onnx/cases.testing.js";
import { optimise } from "./index.js";

const optimised = (value: t.Tensor): t.Tensor =>
  optimise({ outputs: { value }, updates: {} }).outputs.value;

/** The operators of the optimised graph, without inputs and constants. */
const operators = (value: t.Tensor): string[] =>
  t
    .reachable([optimised(value)])
    .map(({ op }) => op)
    .filter((op) => op !== "input" && op !== "constant");

const x = real("x", ["B", 4]);
const y = real("y", ["B", 4]);
const matrix = real("matrix", [3, 4]);

describe("identities", () => {
  const simplified: Record<string, readonly [t.Tensor, readonly string[]]> = {
    "x + 0": [t.add(x, 0), []],
    "0 + x, broadcast": [t.add(t.full([2, 4], 0), real("v", [4])), ["broadcastTo"]],
    "x · 1 / 1": [t.div(t.mul(x, 1), 1), []],
    "scalar factors become one": [t.mul(t.neg(t.mul(t.div(x, 3), 5)), 7), ["mul"]],
    "−(−x)": [t.neg(t.neg(x)), []],
    "−(x − y)": [t.neg(t.sub(x, y)), ["sub"]],
    "x + (−y)": [t.add(x, t.neg(y)), ["sub"]],
    "x²": [t.pow(x, 2), ["mul"]],
    "division by a power of two": [t.div(x, 8), ["mul"]],
    "reshape of a reshape": [t.reshape(t.reshape(matrix, [12]), [2, 6]), ["reshape"]],
    "reshape and back": [t.reshape(t.reshape(matrix, [12]), [3, 4]), []],
    "transpose and back": [t.transpose(t.transpose(matrix)), []],
    "transpose of an axis of length 1": [t.transpose(real("row", [1, 4])), ["reshape"]],
    "flip and back": [t.flip(t.flip(x, 1), 1), []],
    "flip of two axes, one back": [t.flip(t.flip(matrix, [0, 1]), 0), ["flip"]],
    "lossless casts": [t.cast(t.cast(t.cast(x, "float64"), "float32"), "float32"), []],
    "sum over an axis of length 1": [t.sum(real("row", [1, 4]), 0), ["reshape"]],
    "sum of equal elements": [t.sum(t.broadcastTo(real("s", []), [3, 4])), ["mul"]],
    "a factor out of a sum": [t.sum(t.mul(x, 3)), ["sum", "mul"]],
    "reshape of a kept axis": [t.reshape(t.sum(x, 1, true), ["B"]), ["sum"]],
    "product with a transposed operand": [t.matmul(x, t.transpose(matrix)), ["matmul"]],
    "broadcasting that the operator does itself": [
      t.mul(x, t.broadcastTo(real("s", []), ["B", 4])),
      ["mul"],
    ],
    "a part of a concatenation": [t.slice(t.concat([matrix, matrix], 0), [{ end: 3 }]), []],
    "parts put together again": [t.concat(t.split(matrix, [1, 3], 1), 1), []],
    "the gradient of leakyRelu": [
      t.grad(t.sum(t.mul(t.leakyRelu(x), y)), { x }).x,
      ["less", "mul", "where"],
    ],
    "the gradient of a change of order": [
      t.grad(t.sum(t.mul(t.gather(matrix, t.constant([2, 0, 3, 1], [4], "int32"), 1), matrix)), {
        matrix,
      }).matrix,
      ["gather", "gather", "add"],
    ],
    "a window as large as the image": [
      t.convolve2d(real("image", ["B", 3, 4, 5]), real("filters", [2, 3, 4, 5])),
      ["reshape", "reshape", "matmul", "reshape"],
    ],
    "a whole times numbers for all items": [
      t.mul(t.mul(t.mul(2, x), real("w", [4])), real("v", [1, 4])),
      ["mul", "mul", "mul"],
    ],
    "the sum of deviations from the mean": [
      t.sum(t.mul(t.sub(x, t.mean(x, 0, true)), real("w", [4])), 0),
      ["mean", "mul", "mul", "reshape"],
    ],
    "where both ways are the same": [t.where(t.less(x, y), y, y), []],
    stopGradient: [t.stopGradient(x), []],
  };
  test.each(Object.entries(simplified))("%s", (_, [tensor, expected]) => {
    expect(operators(tensor)).toEqual(expected);
  });

  test("merge equal nodes, equal constants and declarations of one input", () => {
    const again = real("x", ["B", 4]);
    const tensor = t.sub(t.exp(t.mul(x, 2)), t.mul(t.exp(t.mul(2, again)), 3));
    expect(operators(tensor)).toEqual(["mul", "exp", "mul", "sub"]);
  });

  test("keep nodes apart whose attributes differ in an infinity, NaN or the sign of zero", () => {
    const fills = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0];
    const padded = [...fills, ...fills].map((fill) => t.pad(matrix, [[1, 0]], fill));
    const outputs = Object.fromEntries(padded.map((value, index) => [`y${index}`, value]));
    const merged = Object.values(optimise({ outputs, updates: {} }).outputs);
    expect(new Set(merged.map(({ id }) => id)).size).toBe(fills.length);
  });

  test("fold constants without filling large ones", () => {
    const filled = t.mul(t.full([1000, 1000], 2), 3);
    const value = optimised(t.add(filled, real("s", [])));
    const sizes = t
      .reachable([value])
      .flatMap((node) =>
        node.op === "constant" ? [(node as t.Tensor<"constant">).attributes.data.length] : [],
      );
    expect(sizes).toEqual([1]);
    expect(operators(t.matmul(t.constant([1, 2], [1, 2]), t.constant([3, 4], [2, 1])))).toEqual([]);
  });

  test("fold in the data type, as a device computes", () => {
    const [double, single] = [t.constant(0.1), t.constant(Float32Array.of(0.1), [])];
    const most = t.constant([2 ** 31 - 1], [1, 1], "int32");
    const folded: readonly (readonly [t.Tensor, number])[] = [
      [t.equal(single, double), 1],
      [t.mul(double, 3), Math.fround(Math.fround(0.1) * 3)],
      [t.mul(most, most), 1],
      [t.matmul(most, most), 1],
    ];
    for (const [value, expected] of folded) {
      const { op, attributes } = optimised(value) as t.Tensor<"constant">;
      expect([op, attributes.data[0]]).toEqual(["constant", expected]);
    }
  });

  test("turn the weight gradient over a sequence into one product", () => {
    const weights = real("w", [4, 2]);
    const squares = t.square(t.matmul(real("s", ["B", 3, 4]), weights));
    expect(operators(t.grad(t.sum(squares), weights)).filter((op) => op === "sum")).toEqual([]);
  });

  test("take thirteen passes over an image for batch normalisation and its gradient", () => {
    const image = real("image", [4, 8, 6, 6]);
    const [weight, bias] = ["weight", "bias"].map((name) => real(name, [8, 1, 1]));
    const centred = t.sub(image, t.mean(image, [0, 2, 3], true));
    const variance = t.mean(t.square(centred), [0, 2, 3], true);
    const scaled = t.mul(t.mul(centred, t.rsqrt(t.add(variance, 1e-5))), weight);
    const y = t.add(scaled, bias);
    const program = { outputs: withGradients(y), updates: {} };
    const large = ({ shape }: t.Tensor) => t.elementCount(shape as number[]) === 4 * 8 * 6 * 6;
    const passes = t
      .reachable(Object.values(optimise(program).outputs))
      .filter((node) => node.op !== "input" && [node, ...node.inputs].some(large));
    expect(passes.map(({ op }) => op)).toEqual([
      ...["mean", "sub", "mul", "mean", "mul", "add"],
      // The output gradient is the weights, which are an input.
      ...["sum", "mul", "sum", "mul", "mul", "add", "add"],
    ]);
    expectSameValues(program.outputs);
  });

  test.each([
    ["gelu", t.gelu, ["mul", "erf", "mul", "add", "mul", "mul", "sub", "exp", "mul", "add", "mul"]],
    ["silu", t.silu, ["sigmoid", "mul", "sub", "mul", "mul", "add", "mul"]],
  ])("take one pass for each function and product in %s and its gradient", (_, apply, passes) => {
    const outputs = { value: apply(x), gradient: t.grad(t.sum(t.mul(apply(x), y)), x) };
    const { outputs: better } = optimise({ outputs, updates: {} });
    const all = t.reachable(Object.values(better)).map(({ op }) => op);
    expect(all.filter((op) => op !== "input" && op !== "constant")).toEqual(passes);
    expectSameValues(outputs);
  });

  test("keep the value of x · 0 for infinities and NaN", () => {
    const feeds = { x: [Number.POSITIVE_INFINITY, Number.NaN, -3, 0] };
    const [{ data }] = interpret([optimised(t.mul(x, 0))], feeds, { B: 1 });
    expect(Array.from(data)).toEqual([Number.NaN, Number.NaN, -0, 0]);
  });
});

const unary = [
  t.gelu,
  t.silu,
  t.neg,
  t.exp,
  t.relu,
  t.tanh,
  t.abs,
  t.square,
  t.stopGradient,
  t.sigmoid,
];
const binary = [t.add, t.sub, t.mul, t.maximum, t.minimum];
const scalars = [0, 1, -1, 2, 0.5, 3];

/** Steps of a random graph: each combines tensors of shape [B, 4] into another. */
const growth: readonly ((a: t.Tensor, b: t.Tensor, k: number) => t.Tensor)[] = [
  (a, _, k) => unary[k % unary.length](a),
  (a, b, k) => binary[k % binary.length](a, b),
  (a, _, k) => t.mul(a, scalars[k % scalars.length]),
  (a, _, k) => t.div(a, scalars[k % scalars.length] || 4),
  (a, _, k) => t.add(scalars[k % scalars.length], a),
  (a, b) => t.where(t.less(a, b), a, 0),
  (a) => t.transpose(t.transpose(a)),
  (a) => t.broadcastTo(t.sum(a, 1, true), a.shape),
  (a) => t.broadcastTo(t.reshape(t.mean(a, 1), ["B", 1]), a.shape),
  (a, b) => t.sliceAxis(t.concat([a, b, a], 1), 1, { start: 3, end: 7 }),
  (a) => t.reshape(t.reshape(a, ["B", 2, 2]), ["B", 4]),
  (a, _, k) => t.flip(a, k % 2),
  (a) => t.matmul(a, t.transpose(t.matmul(a, a, { transposeA: true }))),
  (a, b) => t.sub(a, t.neg(b)),
  (a) => t.softmax(a, 1),
  (a, _, k) => t.sub(a, t.mean(a, k % 2, true)),
  (a, b, k) => t.mul(t.mul(a, t.sum(b, k % 2, true)), t.mean(b, (k >> 1) % 2, true)),
  (a, b, k) =>
    t.broadcastTo(t.sum(t.mul(a, t.mul(b, t.mean(a, k % 2, true))), k % 2, true), a.shape),
  (a) => t.div(a, t.sqrt(t.add(t.mean(t.square(a), 0, true), 0.1))),
];

describe("values", () => {
  test("of random graphs and their gradients do not change", () => {
    const step = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const tensors = [x, y];
        for (const [kind, first, second, k] of steps) {
          const [a, b] = [tensors[first % tensors.length], tensors[second % tensors.length]];
          tensors.push(t.tanh(growth[kind % growth.length](a, b, k)));
        }
        expectSameValues(withGradients(tensors[tensors.length - 1]));
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  test.each(Object.keys(cases))("of %s and its gradient do not change", (op) => {
    for (const build of cases[op as keyof typeof cases])
      expectSameValues(withGradients(build("B")));
  });
});

function expectSameValues(outputs: Readonly<Record<string, t.Tensor>>): void {
  const dims = { B: 2 };
  const feeds = Object.fromEntries(
    Object.entries(drawFeeds(Object.values(outputs), dims)).map(([name, feed]) => [
      name,
      t.toNumbers(feed),
    ]),
  );
  const before = interpret(outputs, feeds, dims);
  const after = interpret(optimise({ outputs, updates: {} }).outputs, feeds, dims);
  for (const name of Object.keys(outputs)) {
    expectClose(after[name].data, before[name].data, 1e-6, name);
  }
}
