import { describe, expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { interpret } from "./index.js";

const x = t.input("x", [3], "float64");
const values = (tensor: t.Tensor, feed: readonly number[]) => [
  ...interpret([tensor], { x: feed })[0].data,
];
const slope = (apply: (x: t.Tensor) => t.Tensor) => t.grad(t.sum(apply(x)), x);
const operatorsOf = (tensor: t.Tensor) => t.reachable([tensor]).map(({ op }) => op);
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe("gradient flow", () => {
  test("stopGradient blocks every gradient of its operand", () => {
    expect(
      values(
        slope((x) => t.mul(x, t.stopGradient(x))),
        [1, 2, 3],
      ),
    ).toEqual([1, 2, 3]);
    expect(values(t.grad(t.sum(t.stopGradient(x)), x), [1, 2, 3])).toEqual([0, 0, 0]);
  });

  test("straightThrough has exactly one tensor's value and the other's gradient", () => {
    const feed = [0.1, 0.7, 1e-9];
    expect(values(t.straightThrough(t.round(x), x), feed)).toEqual([0, 1, 0]);
    expect(
      values(
        slope((x) => t.straightThrough(t.round(x), t.square(x))),
        feed,
      ),
    ).toEqual(feed.map((value) => 2 * value));
  });

  test("is zero for a parameter that the loss does not depend on, symbolic or not", () => {
    const other = t.input("other", ["B", 2], "float64");
    const { x: used, other: unused } = t.grad(t.sum(x), { x, other });
    expect(
      interpret([used, unused], { x: [1, 2, 3] }, { B: 2 }).map(({ data }) => [...data]),
    ).toEqual([
      [1, 1, 1],
      [0, 0, 0, 0],
    ]);
  });
});

describe("grad", () => {
  test("differentiates with respect to inner nodes, and to the loss itself", () => {
    const y = t.square(x);
    const loss = t.sum(t.mul(y, 3));
    const gradient = t.grad(loss, { y, loss, x });
    expect(values(gradient.y, [1, 2, 3])).toEqual([3, 3, 3]);
    expect(values(gradient.loss, [1, 2, 3])).toEqual([1]);
    expect(values(gradient.x, [1, 2, 3])).toEqual([6, 12, 18]);
  });

  test("repeats: the first four derivatives of x⁴", () => {
    const derivatives = [1, 2, 3].reduce(
      (list) => [...list, t.grad(t.sum(list[list.length - 1]), x)],
      [slope((x) => t.square(t.square(x)))],
    );
    expect(derivatives.map((derivative) => values(derivative, [1, 2, -1]))).toEqual([
      [4, 32, -4],
      [12, 48, 12],
      [24, 48, -24],
      [24, 24, 24],
    ]);
  });

  test("counts a tensor twice if one operator uses it twice", () => {
    const part = t.sliceAxis(x, 0, { start: 1, end: 2 });
    expect(
      values(
        slope(() => t.add(part, part)),
        [1, 2, 3],
      ),
    ).toEqual([0, 2, 0]);
  });

  test("returns a value with its gradient", () => {
    const loss = t.sum(t.exp(x));
    const { value, gradient } = t.valueAndGrad(loss, { x });
    expect(value).toBe(loss);
    expect(values(gradient.x, [0, 1, 2])).toEqual([1, Math.E, Math.exp(2)]);
  });

  test("concatenates the gradients of slices, without padding or additions", () => {
    const sequence = t.input("s", ["B", 4, 2], "float64");
    const step = (h: t.Tensor, x: t.Tensor) => {
      const state = t.tanh(t.mul(h, x));
      return { state, output: state };
    };
    const { state } = t.scan(step, t.full([2], 1, "float64"), sequence, 1);
    const operators = operatorsOf(t.grad(t.sum(state), sequence));
    expect(operators.filter((op) => op === "concat" || op === "pad" || op === "add")).toEqual([
      "concat",
    ]);
  });

  test("computes the gradient of a weight that a batch shares as one product", () => {
    const weight = t.input("w", [5, 3]);
    const loss = t.sum(t.square(t.matmul(t.input("x", ["B", 7, 5]), weight)));
    const gradient = t.grad(loss, weight);
    expect([gradient.op, ...gradient.inputs.map(({ shape }) => shape)]).toEqual([
      "matmul",
      ["7*B", 5],
      ["7*B", 3],
    ]);
  });
});

describe("kinks", () => {
  test("have the conventional gradient", () => {
    const at = (apply: (x: t.Tensor) => t.Tensor) => values(slope(apply), [0, 1, -1]);
    expect(at(t.relu)).toEqual([0, 1, 0]);
    expect(at(t.abs)).toEqual([0, 1, -1]);
    expect(at((x) => t.elu(x))).toEqual([1, 1, Math.exp(-1)]);
    expect(at((x) => t.clip(x, -1, 1))).toEqual([1, 1, 1]);
    expect(at((x) => t.maximum(x, 0))).toEqual([0.5, 1, 0]);
    expect(at((x) => t.minimum(x, 0))).toEqual([0.5, 0, 1]);
  });

  test("are shared evenly by equal extremes", () => {
    expect(
      values(
        slope((x) => t.max(x)),
        [2, 2, 1],
      ),
    ).toEqual([0.5, 0.5, 0]);
    expect(
      values(
        slope((x) => t.min(x)),
        [2, 2, 2],
      ),
    ).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  test("of a window go to the first of its largest elements", () => {
    const image = t.input("x", [1, 1, 2, 2], "float64");
    const gradient = t.grad(t.sum(t.maxPool2d(image, { kernel: 2 })), image);
    expect(values(gradient, [1, 5, 5, 5])).toEqual([0, 1, 0, 0]);
  });
});

describe("non-finite numbers", () => {
  test("NaN passes through clip, relu, max and min into sums", () => {
    for (const y of [
      t.clip(x, 0, 1),
      t.relu(x),
      t.leakyRelu(x),
      t.elu(x),
      t.maximum(x, 0),
      t.minimum(0, x),
      t.softplus(x),
    ]) {
      const [first, second, third] = values(y, [nan, 1, 2]);
      expect(first).toBeNaN();
      expect([second, third].some(Number.isNaN)).toBe(false);
    }
    for (const y of [t.max(x), t.min(x), t.logSumExp(x), t.sum(t.softmax(x, 0))]) {
      expect(values(y, [1, nan, 2])[0]).toBeNaN();
    }
  });

  test("NaN counts as the largest", () => {
    expect(values(t.argMax(x, 0), [1, nan, nan])).toEqual([1]);
    const image = t.reshape(x, [1, 1, 1, 3]);
    expect(values(t.maxPool2d(image, { kernel: [1, 2], stride: 1 }), [1, 2, nan])).toEqual([
      2,
      nan,
    ]);
  });

  test("`where` drops a NaN that it does not select", () => {
    expect(values(t.where(t.equal(x, x), x, 0), [nan, 1, 2])).toEqual([0, 1, 2]);
  });

  test("log-densities of −∞ are legitimate", () => {
    expect(values(t.logSumExp(x), [-infinity, 0, -infinity])).toEqual([0]);
    expect(
      values(
        slope((x) => t.logSumExp(x)),
        [-infinity, 0, 0],
      ),
    ).toEqual([0, 0.5, 0.5]);
    expect(values(t.logSumExp(x), [-infinity, -infinity, -infinity])).toEqual([-infinity]);
    expect(values(t.logSumExp(x), [infinity, 0, 1])).toEqual([infinity]);
    expect(values(t.softmax(x, 0), [-infinity, 0, 0])).toEqual([0, 0.5, 0.5]);
  });

  test("losses on logits and their gradients are finite at ±200", () => {
    const feed = [-200, 0, 200];
    for (const apply of [
      t.softplus,
      t.sigmoid,
      (x: t.Tensor) => t.logSumExp(x),
      (x: t.Tensor) => t.logSoftmax(x, 0),
      (x: t.Tensor) => t.elu(x),
    ]) {
      const results = [...values(apply(x), feed), ...values(slope(apply), feed)];
      expect(results.every(Number.isFinite)).toBe(true);
    }
  });

  test("0 to the power 0 has gradient 0", () => {
    const y = t.input("y", [3], "float64");
    const gradient = t.grad(t.sum(t.pow(x, y)), { x, y });
    const feeds = { x: [0, 0, 0], y: [0, 1, 2] };
    expect([...interpret([gradient.x], feeds)[0].data]).toEqual([0, 1, 0]);
    expect([...interpret([gradient.y], feeds)[0].data]).toEqual([0, 0, 0]);
  });
});

describe("pooling", () => {
  test("does not mistake shifted windows for adjacent ones", () => {
    const image = t.input("x", [1, 1, 4, 1], "float64");
    const pooled = t.averagePool2d(image, { kernel: [2, 1], padding: [1, 0, 0, 0] });
    expect(values(pooled, [1, 2, 3, 4])).toEqual([1, 2.5]);
  });
});
