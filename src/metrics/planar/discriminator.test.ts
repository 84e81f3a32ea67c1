import { expect, test } from "vitest";
import { DataError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import { discriminatorGap } from "./discriminator.js";
import { densityDivergence } from "./divergence.js";
import { kernelDensity } from "./kernel-density.js";

const logGaussian = (x: number, y: number, mean: number, sigma: number) =>
  -((x - mean) ** 2 + (y - mean) ** 2) / (2 * sigma ** 2) - Math.log(2 * Math.PI * sigma ** 2);
const p = (x: number, y: number) => logGaussian(x, y, 0, 1);
const q = (x: number, y: number) => logGaussian(x, y, 1, 0.7);

function points(name: string, count: number, mean: number, sigma: number): Float64Array {
  const drawn = new Float64Array(2 * count);
  stream(1, name).normal(drawn);
  return drawn.map((value) => mean + sigma * value);
}

const along = (at: Float64Array, value: (x: number, y: number) => number) =>
  Float64Array.from({ length: at.length / 2 }, (_, index) =>
    value(at[2 * index], at[2 * index + 1]),
  );

const COUNT = 20_000;
const real = points("real", COUNT, 0, 1);
const drawn = points("drawn", COUNT, 1, 0.7);
const judged = (at: Float64Array, logit: (x: number, y: number) => number) => ({
  logits: along(at, logit),
  logData: along(at, p),
  logModel: along(at, q),
});

test("the optimal discriminator, shifted by any constant, is no way off", () => {
  const optimal = (x: number, y: number) => p(x, y) - q(x, y) + 7;
  const found = discriminatorGap(judged(real, optimal), judged(drawn, optimal));
  expect(found.offset).toBeCloseTo(7, 1);
  expect(found.gap).toBeLessThan(0.003);
  // Theorem 1: at D* the value of the game is 2·JSD − log 4.
  expect(found.valueNats).toBeCloseTo(found.jsdNats, 4);
});

test("a discriminator that says nothing is |½ − D*| off, and the divergence is that of the densities", () => {
  const { gap, jsdNats, valueNats } = discriminatorGap(
    judged(real, () => 3),
    judged(drawn, () => 3),
  );
  expect(valueNats).toBeCloseTo(0, 6);
  const box = { left: -6, right: 6, bottom: -6, top: 6 };
  expect(jsdNats).toBeCloseTo(densityDivergence(p, q, box).jsdNats, 2);
  const all = [
    ...along(real, (x, y) => p(x, y) - q(x, y)),
    ...along(drawn, (x, y) => p(x, y) - q(x, y)),
  ];
  const expected =
    all.reduce((sum, x) => sum + Math.abs(0.5 - 1 / (1 + Math.exp(-x))), 0) / all.length;
  expect(gap).toBeCloseTo(expected, 9);
  const none = { logits: [], logData: [], logModel: [] };
  expect(() => discriminatorGap(none, judged(drawn, p))).toThrow(DataError);
});

test("a kernel density comes near the density, with a bandwidth between spikes and a blur", () => {
  const few = points("few", 1500, 0, 1);
  const { bandwidth, at, atPoints } = kernelDensity(few, [0.001, 0.25, 5]);
  expect(bandwidth).toBe(0.25);
  const error = along(few, (x, y) => at(x, y) - p(x, y));
  expect(error.reduce((sum, value) => sum + Math.abs(value), 0) / 1500).toBeLessThan(0.15);
  const others = few.subarray(2);
  expect(atPoints[0]).toBeCloseTo(kernelDensity(others, [0.25]).at(few[0], few[1]), 9);
  expect(() => kernelDensity(few.subarray(0, 2), [1])).toThrow("two points");
});
