import { expect, test } from "vitest";
import { bernoulliNll } from "../nn/index.js";
import { interpret } from "../runtime/interpreter/index.js";
import { constant } from "../tensor/index.js";
import { describePixels, readsGreyAsProbability } from "./pixel-likelihood.js";

test("a Bernoulli scores grey pixels as the mean over their binarisations", () => {
  const logits = constant([0.3, -1.2], [1, 2], "float64");
  const nll = (pixels: readonly number[]) => {
    const [{ data }] = interpret([bernoulliNll(constant(pixels, [1, 2], "float64"), logits)], {});
    return data[0];
  };
  const [p, q] = [0.25, 0.7];
  const mean =
    p * q * nll([1, 1]) +
    p * (1 - q) * nll([1, 0]) +
    (1 - p) * q * nll([0, 1]) +
    (1 - p) * (1 - q) * nll([0, 0]);
  expect(nll([p, q])).toBeCloseTo(mean, 12);
  expect(readsGreyAsProbability("bernoulli", { binary: false })).toBe(true);
  expect(describePixels("bernoulli", { binary: false, levels: 256 })).toMatch(/bounds the mean/);
});

test("only grey pixels under a Bernoulli are read so", () => {
  expect(readsGreyAsProbability("bernoulli", { binary: true })).toBe(false);
  expect(readsGreyAsProbability("gaussian", { binary: false })).toBe(false);
  expect(describePixels("bernoulli", { binary: true, levels: 2 })).toBe(
    "probability of binary pixels",
  );
  expect(describePixels("gaussian", { binary: false, levels: 256 })).toMatch(/^density/);
});
