import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomError } from "../../runtime/random.js";
import { divideUnit, drawInterval, intervalAt, tempered } from "./intervals.js";

const weights = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 40,
  })
  .filter((probs) => probs.some((weight) => weight > 1e-6));
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("dividing [0, 1)", () => {
  test("the intervals partition it, in order", () => {
    fc.assert(
      fc.property(weights, (probs) => {
        const bounds = divideUnit(probs);
        expect(bounds).toHaveLength(probs.length + 1);
        expect([bounds[0], bounds[probs.length]]).toEqual([0, 1]);
        for (let index = 0; index < probs.length; index++) {
          expect(bounds[index + 1]).toBeGreaterThanOrEqual(bounds[index]);
        }
      }),
    );
  });

  test("their lengths are the probabilities", () => {
    fc.assert(
      fc.property(weights, (probs) => {
        const bounds = divideUnit(probs);
        const total = probs.reduce((sum, weight) => sum + weight, 0);
        probs.forEach((weight, index) => {
          expect(bounds[index + 1] - bounds[index]).toBeCloseTo(weight / total, 12);
        });
      }),
    );
  });

  test("the outcome of u is the one whose interval contains u, by linear search", () => {
    fc.assert(
      fc.property(weights, unit, (probs, u) => {
        const bounds = divideUnit(probs);
        const holding = probs.flatMap((_, index) =>
          bounds[index] <= u && u < bounds[index + 1] ? [index] : [],
        );
        expect(holding).toEqual([intervalAt(bounds, u)]);
        const { index, from, to } = drawInterval(probs, u);
        expect(index).toBe(holding[0]);
        expect(from <= u && u < to).toBe(true);
        expect(probs[index]).toBeGreaterThan(0);
      }),
    );
  });

  test("by hand: ½, 0, ¼, ¼", () => {
    const probs = [2, 0, 1, 1];
    expect(drawInterval(probs, 0)).toEqual({ index: 0, from: 0, to: 0.5 });
    expect(drawInterval(probs, 0.5)).toEqual({ index: 2, from: 0.5, to: 0.75 });
    expect(drawInterval(probs, 0.9999)).toEqual({ index: 3, from: 0.75, to: 1 });
  });

  test.each([[[0, 0]], [[-1, 2]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]], [[]]])(
    "%j cannot divide an interval",
    (probs) => {
      expect(() => divideUnit(probs)).toThrow(RandomError);
    },
  );

  test.each([1, -0.1, Number.NaN])("%d is not a uniform draw", (u) => {
    expect(() => drawInterval([1, 1], u)).toThrow(RandomError);
  });
});

describe("temperature", () => {
  test("1 keeps probabilities, up to a factor", () => {
    const logProbs = [0.1, 0.2, 0.7].map(Math.log);
    const probs = tempered(logProbs, 1);
    expect(probs[0] / probs[2]).toBeCloseTo(1 / 7, 12);
    expect(probs[1] / probs[2]).toBeCloseTo(2 / 7, 12);
  });

  test("½ squares them; 0 leaves the mode, the first of equals", () => {
    expect(tempered([0.2, 0.4, 0.4].map(Math.log), 0.5)[0]).toBeCloseTo(0.25, 12);
    expect([...tempered([0.2, 0.4, 0.4].map(Math.log), 0)]).toEqual([0, 1, 0]);
  });

  test("an impossible outcome stays impossible", () => {
    expect(tempered([Number.NEGATIVE_INFINITY, -3], 100)[0]).toBe(0);
  });
});
