import onnxProto from "onnx-proto";
import { expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { planProgram } from "../plan.js";
import { operatorsOf } from "./operators.testing.js";

test("lowers a leaky ReLU to one operator, and its gradient to three", () => {
  const x = t.input("x", ["B", 3]);
  const y = t.leakyRelu(x, 0.2);
  expect(operatorsOf({ y }, undefined)).toEqual({ LeakyRelu: 1 });
  const weights = t.input("weights", ["B", 3]);
  const { dx } = t.grad(t.sum(t.mul(y, weights)), { dx: x });
  expect(operatorsOf({ dx }, undefined)).toEqual({ Less: 1, Mul: 1, Where: 1 });
});

test("declares the shape of a broadcast to a symbol, once for an output", () => {
  const x = t.broadcastTo(t.input("x", [3]), ["B", 3]);
  const expanded = (outputs: Record<string, t.Tensor>) => {
    const plan = planProgram(
      { outputs, updates: {} },
      { plain: true, block: undefined, loops: false },
    );
    const { valueInfo } = onnxProto.onnx.ModelProto.decode(plan.model).graph!;
    return valueInfo!.map(({ type }) =>
      type!.tensorType!.shape!.dim!.map(({ dimParam, dimValue }) => dimParam || Number(dimValue)),
    );
  };
  expect(expanded({ y: t.exp(x) })).toEqual([["B", 3]]);
  expect(expanded({ x })).toEqual([]);
});

test.each([undefined, 8])(
  "rearranges filters once that two adjoints read, in blocks of %s",
  (block) => {
    const filters = t.input("filters", [16, 16, 3, 3]);
    const images = ["x", "y"].map((name) => t.input(name, [2, 16, 8, 8]));
    const sums = images.map((image) => t.square(t.convolve2d(image, filters, { padding: 1 })));
    const { dx, dy } = t.grad(t.sum(t.concat(sums, 0)), { dx: images[0], dy: images[1] });
    const both = operatorsOf({ dx, dy }, block);
    const one = operatorsOf({ dx }, block);
    expect(both.Slice).toBe(1);
    expect(both.Transpose).toBe(one.Transpose);
  },
);
