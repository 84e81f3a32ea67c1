import { describe, expect, test } from "vitest";
import { traced } from "../../nn/fixture.testing.js";
import { interpret } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import { cast, constant, type Tensor } from "../../tensor/index.js";
import { maskedNats, randomMask } from "./masking.js";

const [BATCH, LENGTH, COUNT] = [4000, 5, 3];

function masks(order?: (at: number) => number) {
  const { result } = traced(false, (scope) => {
    const { hidden, count } = randomMask(scope, BATCH, LENGTH);
    return [cast(hidden, "float32"), count];
  });
  const uniforms = (name: string, length: number) => {
    const values = new Float32Array(length);
    stream(6, name).uniform(values);
    return values;
  };
  const feeds = {
    "noise.layer.share": uniforms("share", BATCH),
    "noise.layer.order": uniforms("order", BATCH * LENGTH).map((value, at) => order?.(at) ?? value),
  };
  return interpret(result, feeds).map(({ data }) => [...data]);
}

describe("a random mask", () => {
  test("hides as many places as it says, each number and each place as often", () => {
    const [hidden, counts] = masks();
    const bySize = new Array<number>(LENGTH + 1).fill(0);
    const byPlace = new Array<number>(LENGTH).fill(0);
    for (let image = 0; image < BATCH; image++) {
      const row = hidden.slice(image * LENGTH, (image + 1) * LENGTH);
      expect(row.reduce((a, b) => a + b, 0)).toBe(counts[image]);
      bySize[counts[image]]++;
      row.forEach((value, place) => {
        byPlace[place] += value;
      });
    }
    expect(bySize[0]).toBe(0);
    for (const found of bySize.slice(1)) expect(Math.abs(found / BATCH - 0.2)).toBeLessThan(0.03);
    const mean = (LENGTH + 1) / 2 / LENGTH;
    for (const found of byPlace) expect(Math.abs(found / BATCH - mean)).toBeLessThan(0.04);
  });

  test("hides as many where random numbers tie", () => {
    const [hidden, counts] = masks(() => 0.5);
    for (let image = 0; image < 50; image++) {
      const row = hidden.slice(image * LENGTH, (image + 1) * LENGTH);
      expect(row.reduce((a, b) => a + b, 0)).toBe(counts[image]);
    }
  });
});

test("the bound is N times the mean nats of hidden symbols; over all masks it is the mean over orders", () => {
  const probs = Array.from({ length: LENGTH }, (_, place) => [
    0.2 + 0.1 * place,
    0.1,
    0.7 - 0.1 * place,
  ]);
  const symbols = [0, 1, 2, 0, 2];
  const nats = symbols.map((symbol, place) => -Math.log(probs[place][symbol]));
  const logits = constant(probs.flat().map(Math.log), [1, LENGTH, COUNT], "float64");
  const given = constant(symbols, [1, LENGTH], "int64");
  const bound = (hidden: number[]): number => {
    const mask = {
      hidden: constant(hidden, [1, LENGTH], "bool"),
      count: constant([hidden.reduce((a, b) => a + b, 0)], [1], "float64"),
    };
    return interpret([maskedNats(logits, given, mask) as Tensor], {})[0].data[0];
  };
  expect(bound([1, 0, 0, 1, 0])).toBeCloseTo((LENGTH * (nats[0] + nats[3])) / 2, 6);
  // Symbols that do not depend on each other cost the same in every order.
  const all = Array.from({ length: 2 ** LENGTH - 1 }, (_, at) =>
    Array.from({ length: LENGTH }, (__, place) => ((at + 1) >> place) & 1),
  );
  const sizes = Array.from({ length: LENGTH }, (_, size) => {
    const some = all.filter((hidden) => hidden.reduce((a, b) => a + b, 0) === size + 1);
    return some.reduce((sum, hidden) => sum + bound(hidden), 0) / some.length;
  });
  const total = nats.reduce((a, b) => a + b, 0);
  for (const mean of sizes) expect(mean).toBeCloseTo(total, 6);
});
