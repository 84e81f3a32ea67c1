import { expect, test } from "vitest";
import { add, exp, mul } from "../tensor/ops/elementwise.js";
import { concat } from "../tensor/ops/rearrange.js";
import { sum } from "../tensor/ops/reduction.js";
import { constant, input } from "../tensor/tensor.js";
import { bytesPerItem } from "./program-memory.js";

const KB = 1000;
/** 1 kB an item. */
const x = () => input("x", ["B", 250]);

test("inputs and results are held throughout, other values until they were last used", () => {
  const a = x();
  expect(bytesPerItem([a])).toBe(KB);
  expect(bytesPerItem([exp(a)])).toBe(2 * KB);
  // However long the chain: the input, a link, and the next.
  let chain = exp(a);
  for (let link = 0; link < 50; link++) chain = exp(chain);
  expect(bytesPerItem([chain])).toBe(3 * KB);
  // What is used at the end is held meanwhile.
  const early = exp(a);
  expect(bytesPerItem([add(exp(exp(early)), early)])).toBe(4 * KB);
  expect(bytesPerItem([exp(exp(a)), exp(exp(a))])).toBe(4 * KB);
});

test("only what grows with the batch counts, by its data type and shape", () => {
  const weights = input("w", [250], "float32", { kind: "state" });
  const scaled = mul(mul(x(), weights), constant(new Float32Array(250).fill(2)));
  expect(bytesPerItem([sum(scaled, 1)])).toBe(3 * KB);
  const twice = concat([x(), exp(x())], 0);
  // Two inputs, one of which is transformed, and four items for every two.
  expect(bytesPerItem([twice])).toBe(5 * KB);
  expect(bytesPerItem([input("labels", ["B"], "int64")])).toBe(8);
  expect(bytesPerItem([input("n", ["N", 3])], "N")).toBe(12);
});
