import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/errors.js";
import type { Features } from "../features.js";
import { reference, uniforms } from "../reference.testing.js";
import { deviation } from "../standard-interval.js";
import { msSsimDiversity } from "./diversity.js";
import { msSsim, scalesFor, ssim } from "./similarity.js";

const SIDE = 176;
const grey = (height: number, width = height) => ({ channels: 1, height, width });

/** A ramp from left to right under noise, as in reference/metrics.py. */
const ramp = (seed: number) =>
  uniforms(seed, SIDE * SIDE).map((u, at) => 0.25 * u + (0.75 * (at % SIDE)) / (SIDE - 1));

function corner(image: Float64Array, side: number): Float64Array {
  return Float64Array.from(
    { length: side * side },
    (_, at) => image[Math.floor(at / side) * SIDE + (at % side)],
  );
}

describe("similarity", () => {
  const [x, y] = [ramp(11), ramp(12)];

  test("over five scales and over one is that of pytorch-msssim 1.0.0", () => {
    expect(scalesFor(grey(SIDE))).toBe(5);
    expect(msSsim(x, y, grey(SIDE))).toBeCloseTo(reference.similarity["five scales"], 12);
    expect(scalesFor(grey(20))).toBe(1);
    const small = msSsim(corner(x, 20), corner(y, 20), grey(20));
    expect(small).toBeCloseTo(reference.similarity["one scale"], 12);
    const plain = ssim(corner(x, 20), corner(y, 20), grey(20));
    expect(plain).toBeCloseTo(reference.similarity["one scale"], 12);
  });

  test("is 1 of an image with itself, symmetric, and the mean over channels", () => {
    const [a, b] = [corner(x, 30), corner(y, 30)];
    expect(msSsim(a, a, grey(30))).toBeCloseTo(1, 12);
    expect(msSsim(a, b, grey(30))).toBeCloseTo(msSsim(b, a, grey(30)), 12);
    const both = (left: Float64Array, right: Float64Array) =>
      Float64Array.from([...left, ...right]);
    const colour = { channels: 2, height: 30, width: 30 };
    const mean = (msSsim(a, b, grey(30)) + 1) / 2;
    expect(msSsim(both(a, b), both(b, b), colour)).toBeCloseTo(mean, 12);
  });

  test("falls with noise", () => {
    const noisy = (share: number) => x.map((value, at) => (1 - share) * value + share * y[at ^ 1]);
    const values = [0, 0.2, 0.5, 1].map((share) => msSsim(x, noisy(share), grey(SIDE)));
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  test("has fewer scales for smaller images and refuses those under its window", () => {
    expect([11, 21, 22, 28, 32, 44, 88, 176].map((side) => scalesFor(grey(side)))).toEqual([
      1, 1, 2, 2, 2, 3, 4, 5,
    ]);
    expect(scalesFor(grey(176, 25))).toBe(2);
    expect(() => scalesFor(grey(10, 200))).toThrow(ConfigError);
  });
});

describe("diversity", () => {
  const shape = grey(16);
  const images = (distinct: number): Features => ({
    count: 12,
    width: 256,
    values: Float64Array.from({ length: 12 }, (_, at) => at % distinct).reduce(
      (values, seed, at) => {
        values.set(uniforms(seed + 30, 256), at * 256);
        return values;
      },
      new Float64Array(12 * 256),
    ),
  });

  test("is 1 for a set of one image and falls with the number of different ones", () => {
    const values = [1, 2, 4, 12].map((distinct) => msSsimDiversity(images(distinct), shape).value);
    expect(values[0]).toBeCloseTo(1, 12);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  test("never pairs an image with itself", () => {
    const { values, width } = images(2);
    const two: Features = { count: 2, width, values: values.slice(0, 2 * width) };
    const similarity = msSsim(values.subarray(0, width), values.subarray(width, 2 * width), shape);
    expect(msSsimDiversity(two, shape).value).toBeCloseTo(similarity, 12);
  });

  test("has a standard error as large as the spread over sets of other images", () => {
    const [count, width] = [40, 121];
    const drawn = Array.from({ length: 30 }, (_, draw) => {
      const levels = uniforms(100 + draw, 2 * count);
      const values = uniforms(200 + draw, count * width).map((u, at) => {
        const [image, column] = [Math.floor(at / width), at % 11];
        return (levels[image] * column) / 11 + 0.3 * levels[count + image] * u;
      });
      return msSsimDiversity({ count, width, values }, grey(11), { pairs: 400 });
    });
    const spread = deviation(drawn.map(({ value }) => value));
    const ratio = drawn.reduce((sum, each) => sum + each.standardError, 0) / drawn.length / spread;
    expect(ratio).toBeGreaterThan(0.65);
    expect(ratio).toBeLessThan(1.5);
  });

  test("refuses one image, other shapes and no pairs", () => {
    const one: Features = { count: 1, width: 256, values: new Float64Array(256) };
    expect(() => msSsimDiversity(one, shape)).toThrow(DataError);
    expect(() => msSsimDiversity(images(2), grey(17))).toThrow("no image of 1×17×17");
    expect(() => msSsimDiversity(images(2), shape, { pairs: 0 })).toThrow(ConfigError);
  });
});
