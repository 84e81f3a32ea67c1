import { describe, expect, test } from "vitest";
import { constant } from "../tensor/tensor.js";
import { emaUpdate, emaWeight } from "./ema.js";
import { expectClose, valuesOf } from "./fixture.testing.js";

describe("exponential moving average of weights", () => {
  test("warms up as min(decay, (1 + t)/(10 + t))", () => {
    expect(emaWeight(1, { decay: 0.999 })).toBeCloseTo(9 / 11, 12);
    expect(emaWeight(90, { decay: 0.999 })).toBeCloseTo(9 / 100, 12);
    expect(emaWeight(1e6, { decay: 0.999 })).toBeCloseTo(0.001, 12);
    expect(emaWeight(1, { decay: 0.999, warmup: false })).toBeCloseTo(0.001, 12);
  });

  test("equals the sum Σ (1 − d) dᵗ⁻ⁱ θᵢ + dᵗ θ₀ for a fixed decay", () => {
    const weights = [1, 4, -2, 3];
    const weight = constant(emaWeight(1, { decay: 0.75, warmup: false }));
    const average = weights
      .slice(1)
      .reduce((before, value) => emaUpdate(before, constant([value]), weight), constant([1]));
    const want = 0.75 ** 3 + 0.25 * (0.75 ** 2 * 4 + 0.75 * -2 + 3);
    expectClose(valuesOf(average), [want]);
  });

  test("stays where it is when average and parameters agree", () => {
    const same = constant([0.1, 1e30]);
    expect(valuesOf(emaUpdate(same, same, constant(0.3)))).toEqual([0.1, 1e30]);
  });
});
