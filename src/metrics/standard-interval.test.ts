import { describe, expect, test } from "vitest";
import { stream } from "../runtime/random.js";
import { cmmd } from "./cmmd.js";
import type { Features } from "./features.js";
import { frechetDistance } from "./frechet-distance.js";
import { frechetInfinity } from "./frechet-infinity.js";
import { frechetStandardError } from "./frechet-standard-error.js";
import { copyingTest } from "./memorisation/copying-test.js";
import { mind } from "./mind.js";
import { FeatureMoments } from "./moments.js";
import { deviation, meanInterval, standardInterval, subsetInterval } from "./standard-interval.js";

/*
 * Oracle: how a figure really varies, over forty independent draws of the generated images. An interval
 * from one draw alone must be about as wide as that says.
 */

const WIDTH = 6;
const COUNT = 1000;
const DRAWS = 40;

/** Normal features, moved by half a deviation and stretched. */
function drawn(name: string, number: number, { shift = 0.5, stretch = 1.3 } = {}): Features {
  const values = new Float64Array(COUNT * WIDTH);
  stream(number, `standard-interval/${name}`).normal(values);
  return { count: COUNT, width: WIDTH, values: values.map((value) => shift + stretch * value) };
}

const moments = (features: Features) => {
  const gathered = new FeatureMoments(WIDTH);
  gathered.add({ first: 0, values: features.values });
  return gathered.result();
};

const real = drawn("real", 0, { shift: 0, stretch: 1 });
const sets = Array.from({ length: DRAWS }, (_, draw) => drawn("generated", draw));
const spreadOf = (measure: (set: Features, draw: number) => number) => deviation(sets.map(measure));
const NORMAL = 1.96;

test("the interval of a mean is that of the normal distribution", () => {
  const { values } = sets[0];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const error = deviation(values) / Math.sqrt(values.length);
  const { low, high, level } = meanInterval(values, 1);
  expect(level).toBe(0.95);
  expect((mean - low) / error).toBeCloseTo(NORMAL, 0);
  expect((high - mean) / error).toBeCloseTo(NORMAL, 0);
});

test("a standard interval is centred on its value", () => {
  expect(standardInterval(3, 0.5).low).toBeCloseTo(3 - NORMAL * 0.5, 3);
  expect(standardInterval(3, 0.5).high).toBeCloseTo(3 + NORMAL * 0.5, 3);
});

describe("an interval is about as wide as fresh draws differ:", () => {
  test("of the Fréchet distance", () => {
    const ofReal = moments(real);
    const distance = (set: Features) => frechetDistance(ofReal, moments(set)).value;
    const ratio = (frechetStandardError(ofReal, sets[0], 1) ?? 0) / spreadOf(distance);
    expect(ratio).toBeGreaterThan(0.65);
    expect(ratio).toBeLessThan(1.5);
  });

  test("of the distance at infinitely many images, with its line's error", () => {
    const ofReal = moments(real);
    const error = Math.hypot(
      frechetStandardError(ofReal, sets[0], 1) ?? 0,
      frechetInfinity(ofReal, sets[0], { seed: 1 }).standardError,
    );
    const ratio = error / spreadOf((set, seed) => frechetInfinity(ofReal, set, { seed }).value);
    expect(ratio).toBeGreaterThan(0.65);
    expect(ratio).toBeLessThan(1.5);
  });

  test.each([
    ["near to the training images", { shift: 0, stretch: 0.9 }],
    ["far from them", { shift: 0.5, stretch: 1.3 }],
  ])("of C_T, of images %s", (_, placed) => {
    const [training, fresh] = ["training", "fresh"].map((name) =>
      drawn(name, 0, { shift: 0, stretch: 1 }),
    );
    const test = (draw: number) => copyingTest(training, fresh, drawn("copies", draw, placed));
    const ratio = test(0).standardError / spreadOf((_set, draw) => test(draw).value);
    expect(ratio).toBeGreaterThan(0.65);
    expect(ratio).toBeLessThan(1.5);
  });

  test.each([
    ["CMMD", (a: Features, b: Features) => cmmd(a, b, 2).value],
    ["MIND", (a: Features, b: Features) => mind(a, b, { directions: 64 }).value],
  ] as const)("of %s, when both sets are drawn again", (_, distance) => {
    const value = distance(real, sets[0]);
    const { high } = subsetInterval(real, sets[0], value, distance, 1);
    const again = (draw: number) => drawn("real again", draw, { shift: 0, stretch: 1 });
    const ratio = (high - value) / NORMAL / spreadOf((set, draw) => distance(again(draw), set));
    expect(ratio).toBeGreaterThan(0.65);
    expect(ratio).toBeLessThan(1.5);
  });
});

test("of more features than a resample can afford, or fewer images than groups need, there is none", () => {
  const few = { ...sets[0], count: 150, values: sets[0].values.subarray(0, 150 * WIDTH) };
  expect(frechetStandardError(moments(real), few, 1)).toBeUndefined();
  const wide = { count: 1000, width: 600, values: new Float64Array(600_000) };
  expect(frechetStandardError(moments(real), wide, 1)).toBeUndefined();
});
