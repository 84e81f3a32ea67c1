import { describe, expect, test } from "vitest";
import {
  add,
  cast,
  constant,
  div,
  input,
  matmul,
  max,
  maximum,
  mul,
  relu,
  round,
  sum,
} from "../../tensor/index.js";
import { evaluateNode, interpret } from "./index.js";
import { erf, sigmoid, softplus } from "./special-functions.js";

describe("interpret", () => {
  test("binds symbolic dimensions and keeps the structure of the outputs", () => {
    const x = input("x", ["B", 2], "float64");
    const { total, doubled } = interpret(
      { total: sum(x, 0), doubled: mul(x, 2) },
      { x: [1, 2, 3, 4, 5, 6] },
      { B: 3 },
    );
    expect(total).toEqual({ data: Float64Array.of(9, 12), shape: [2] });
    expect(doubled.shape).toEqual([3, 2]);
    expect(interpret([sum(x)], { x: [1, 2] }, { B: 1 })[0]).toEqual({
      data: Float64Array.of(3),
      shape: [],
    });
  });

  test("names an input that was not fed, or fed the wrong length", () => {
    const x = input("images", ["B", 2]);
    expect(() => interpret([x], {}, { B: 1 })).toThrow('the input "images" [B, 2] was not fed');
    expect(() => interpret([x], { images: [1] }, { B: 1 })).toThrow(
      'the input "images" was fed 1 elements, which do not fill [1, 2]',
    );
    expect(() => interpret([x], { images: [1, 2] })).toThrow('"B" is not bound');
  });

  test("computes in double precision, or rounds results declared float32", () => {
    const third = div(constant(1), constant(3));
    expect(interpret([third], {})[0].data[0]).toBe(1 / 3);
    expect(interpret([third], {}, {}, { precision: "declared" })[0].data[0]).toBe(
      Math.fround(1 / 3),
    );
  });

  test("treats integers like ONNX: division and casts truncate, int32 wraps", () => {
    const a = constant([-7, 7], [2], "int64");
    expect([...interpret([div(a, 2)], {})[0].data]).toEqual([-3, 3]);
    expect([...interpret([cast(constant([-1.9, 1.9]), "int64")], {})[0].data]).toEqual([-1, 1]);
    expect(interpret([add(constant(2 ** 31 - 1, [], "int32"), 1)], {})[0].data[0]).toBe(-(2 ** 31));
    expect(interpret([add(constant(2 ** 52, [], "int64"), 1)], {})[0].data[0]).toBe(2 ** 52 + 1);
    expect(() => interpret([div(a, 0)], {})).toThrow("divided by zero");
  });

  test("propagates NaN where a device may hide it", () => {
    const x = input("x", [2], "float64");
    const feeds = { x: [Number.NaN, 1] };
    for (const y of [relu(x), maximum(x, 0), maximum(0, x), max(x)]) {
      expect(interpret([y], feeds)[0].data[0]).toBeNaN();
    }
  });

  test("rounds halves to even", () => {
    const x = constant([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, -0.2]);
    expect([...interpret([round(x)], {})[0].data].map((value) => value + 0)).toEqual([
      -2, -2, 0, 0, 2, 2, 2, 0,
    ]);
  });
});

describe("evaluateNode", () => {
  test("computes one node from the values of its operands", () => {
    const product = matmul(input("a", [1, 2]), input("b", [2, 1]));
    const a = { data: Float64Array.of(1, 2), shape: [1, 2] };
    const b = { data: Float64Array.of(3, 4), shape: [2, 1] };
    expect(evaluateNode(product, [a, b])).toEqual({ data: Float64Array.of(11), shape: [1, 1] });
  });
});

describe("special functions", () => {
  /** [x, erf x] from C's library, through Python's math.erf. */
  const values = [
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [1.9999, 0.9953201979070294],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [5.9, 1],
  ];

  test.each(values)("erf(%d)", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThan(1e-15);
    expect(erf(-x)).toBe(-erf(x));
  });

  test("are precise in their tails", () => {
    expect(sigmoid(-700)).toBeCloseTo(Math.exp(-700), 310);
    expect(sigmoid(-700)).toBeGreaterThan(0);
    expect(softplus(-700)).toBe(Math.exp(-700));
    expect(softplus(1000)).toBe(1000);
    expect(erf(0)).toBe(0);
    expect(erf(1e-300)).toBeCloseTo((2 / Math.sqrt(Math.PI)) * 1e-300, 310);
  });
});
