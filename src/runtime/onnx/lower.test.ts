import { expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { operatorsOf } from "./operators.testing.js";

test("a leaky ReLU is one operator, and its gradient three", () => {
  const x = t.input("x", ["B", 3]);
  const y = t.leakyRelu(x, 0.2);
  expect(operatorsOf({ y }, undefined)).toEqual({ LeakyRelu: 1 });
  const weights = t.input("weights", ["B", 3]);
  const { dx } = t.grad(t.sum(t.mul(y, weights)), { dx: x });
  expect(operatorsOf({ dx }, undefined)).toEqual({ Less: 1, Mul: 1, Where: 1 });
});
