import { describe, expect, test } from "vitest";
import { interpret } from "../runtime/interpreter/index.js";
import { stream } from "../runtime/random.js";
import * as t from "../tensor/index.js";
import { bernoulli } from "./distributions/bernoulli.js";
import { categorical } from "./distributions/categorical.js";
import {
  isCold,
  temperedClassLogits,
  temperedLogit,
  temperedLogits,
  temperedLogProbs,
} from "./temperature.js";

const scalar = (value: number) => t.constant(value, [], "float64");
const evaluate = (tensor: t.Tensor) => Array.from(interpret([tensor], {})[0].data);

/** The definition: p^(1/T), normalised. */
function powers(probs: readonly number[], temperature: number): number[] {
  const each = probs.map((p) => p ** (1 / temperature));
  const total = each.reduce((a, b) => a + b);
  return each.map((p) => p / total);
}

const probs = [0.1, 0.3, 0.2, 0.3, 0.1];
const logits = probs.map((p) => Math.log(p) + 2);

describe("a Bernoulli variable", () => {
  test.each([0.25, 1, 3])("has p^(1/T) at T = %d, in a graph and on the host", (temperature) => {
    const logit = Math.log(0.7 / 0.3);
    const [expected] = powers([0.7, 0.3], temperature);
    const tempered = temperedLogits(t.constant([logit], [1], "float64"), scalar(temperature));
    expect(evaluate(bernoulli(tempered).mean())[0]).toBeCloseTo(expected, 12);
    expect(1 / (1 + Math.exp(-temperedLogit(logit, temperature)))).toBeCloseTo(expected, 12);
  });

  test("is its likelier value at T = 0, for any noise, and 0 for equal odds", () => {
    const all = t.constant([-200, -1e-9, 0, 1e-9, 200], [5], "float64");
    for (const uniform of [0, 0.5, 1 - 2 ** -24]) {
      const drawn = bernoulli(temperedLogits(all, scalar(0))).sample(
        t.constant(new Array(5).fill(uniform), [5], "float64"),
      );
      expect(evaluate(drawn)).toEqual([0, 0, 0, 1, 1]);
    }
    expect([-1e-9, 0, 1e-9].map((logit) => 1 / (1 + Math.exp(-temperedLogit(logit, 0))))).toEqual([
      0, 0, 1,
    ]);
  });
});

describe("a categorical variable", () => {
  test.each([0.25, 1, 3])("has p^(1/T) at T = %d, in a graph and on the host", (temperature) => {
    const expected = powers(probs, temperature);
    const tempered = temperedClassLogits(
      t.constant(logits, [1, 5], "float64"),
      scalar(temperature),
    );
    evaluate(categorical(tempered).mean()).forEach((p, index) => {
      expect(p).toBeCloseTo(expected[index], 12);
    });
    const weights = temperedLogProbs(logits, temperature).map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, index) => {
      expect(weight / total).toBeCloseTo(expected[index], 12);
    });
  });

  test.each([0, 1])("is the first of its likeliest classes at T = 0, along axis %d", (axis) => {
    const shape = axis === 0 ? [5, 1] : [1, 5];
    const tempered = temperedClassLogits(t.constant(logits, shape, "float64"), scalar(0), axis);
    for (const uniform of [0, 0.5, 1 - 2 ** -24]) {
      const drawn = categorical(tempered, axis).sample(t.constant([uniform], [1], "float64"));
      expect(evaluate(drawn)).toEqual([1]);
    }
  });

  test("is drawn from the likeliest class only at T = 0 on the host", () => {
    const classes = new Int32Array(100);
    const rows = Array.from(classes, () => [...temperedLogProbs(logits, 0)]).flat();
    stream(0, "classes").categorical(classes, rows, 5);
    expect(new Set(classes)).toEqual(new Set([1]));
  });

  test("keeps impossible classes impossible at any T", () => {
    const impossible = [Number.NEGATIVE_INFINITY, -3, -4];
    for (const temperature of [0, 0.5, 100]) {
      expect(Math.exp(temperedLogProbs(impossible, temperature)[0])).toBe(0);
      const tempered = temperedClassLogits(
        t.constant(impossible, [3], "float64"),
        scalar(temperature),
      );
      expect(evaluate(categorical(tempered).mean())[0]).toBe(0);
    }
    const none = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect([...temperedLogProbs(none, 0)]).toEqual(none);
  });
});

test("temperatures too small to divide float32 logits by count as 0", () => {
  expect([0, 1e-30, 1e-7, 1e-4].map((value) => evaluate(isCold(scalar(value)))[0])).toEqual([
    1, 1, 1, 0,
  ]);
});
