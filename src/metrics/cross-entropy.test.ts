import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError, DataError } from "../core/errors.js";
import { CrossEntropy } from "./cross-entropy.js";

const CLASSES = 3;
const image = fc.record({
  logProbs: fc.array(fc.double({ min: -2000, max: 0, noNaN: true }), {
    minLength: CLASSES,
    maxLength: CLASSES,
  }),
  actual: fc.nat({ max: CLASSES - 1 }),
});
const images = fc.array(image, { minLength: 1, maxLength: 50 });

type LogClassifiedImage = { logProbs: number[]; actual: number };
const batch = (of: readonly LogClassifiedImage[]) => ({
  logProbs: of.flatMap(({ logProbs }) => logProbs),
  actual: of.map(({ actual }) => actual),
});
const entropyOf = (...parts: readonly (readonly LogClassifiedImage[])[]) => {
  const entropy = new CrossEntropy(CLASSES);
  for (const part of parts) entropy.add(batch(part));
  return entropy;
};

test("is the mean of what the true classes cost, also where float64 has no such probability", () => {
  const logProbs = [Math.log(0.5), Math.log(0.25), Math.log(0.25), -1500, -2000, 0];
  const entropy = new CrossEntropy(CLASSES);
  entropy.add({ logProbs, actual: [1, 0] });
  const { nllNats, ...rest } = entropy.result();
  expect(nllNats).toBeCloseTo((Math.log(4) + 1500) / 2, 10);
  expect(rest).toEqual({ count: 2, ruledOut: 0 });
});

test("a guess among K classes costs log K", () => {
  const entropy = new CrossEntropy(CLASSES);
  entropy.add({ logProbs: new Array(6).fill(-Math.log(3)), actual: [2, 0] });
  expect(entropy.result().nllNats).toBeCloseTo(Math.log(3), 12);
});

test("a true class that is ruled out makes it infinite and is counted", () => {
  const entropy = new CrossEntropy(2);
  entropy.add({
    logProbs: [0, Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY],
    actual: [1, 0],
  });
  expect(entropy.result()).toEqual({
    count: 2,
    nllNats: Number.POSITIVE_INFINITY,
    ruledOut: 1,
  });
});

test("parts in any order and of any size give the same digits", () => {
  fc.assert(
    fc.property(images, fc.nat({ max: 50 }), (all, cut) => {
      const parts = entropyOf(all.slice(cut).reverse());
      parts.merge(entropyOf(all.slice(0, cut)));
      expect(parts.result()).toEqual(entropyOf(all).result());
    }),
  );
});

test("refuses what is no class, no logarithm of a probability, or nothing", () => {
  expect(() => new CrossEntropy(0)).toThrow(ConfigError);
  const entropy = new CrossEntropy(2);
  expect(() => entropy.result()).toThrow(DataError);
  expect(() => entropy.add({ logProbs: [0, 0, 0], actual: [0] })).toThrow(DataError);
  expect(() => entropy.add({ logProbs: [0, 0], actual: [2] })).toThrow("has the class 2");
  expect(() => entropy.add({ logProbs: [0, Number.NaN], actual: [1] })).toThrow("NaN");
  expect(() => entropy.merge(new CrossEntropy(3))).toThrow(ConfigError);
  expect(() => entropy.result(), "nothing was added").toThrow(DataError);
});
