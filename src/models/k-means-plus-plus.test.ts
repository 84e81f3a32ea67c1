import { expect, test } from "vitest";
import { stream } from "../runtime/random.js";
import { spreadPoints, squaredDistance } from "./k-means-plus-plus.js";

test("a second point is drawn in proportion to its weight times its squared distance", () => {
  // Starting at 0; the others are at 1, 2 and 3, of which 2 has weight 0.
  const points = { values: Float64Array.of(0, 1, 2, 3), width: 1, weights: [1, 4, 0, 1] };
  const [rounds, second] = [20_000, new Float64Array(4)];
  let first = 0;
  for (let seed = 0; seed < rounds; seed++) {
    const [a, b] = spreadPoints(points, 2, stream(seed, "chance"));
    if (a !== 0) continue;
    first++;
    second[b]++;
  }
  const near = (share: number, p: number, n: number) =>
    expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
  near(first / rounds, 1 / 6, rounds);
  near(second[1] / first, 4 / 13, first);
  near(second[3] / first, 9 / 13, first);
  expect([second[0], second[2]]).toEqual([0, 0]);
});

test("no point is chosen twice, and no more are chosen than differ", () => {
  const values = Float32Array.of(1, 1, 2, 2, 1, 1, 3, 3);
  const chosen = spreadPoints({ values, width: 2 }, 4, stream(1, "chance"));
  expect(chosen.map((point) => values[2 * point]).sort()).toEqual([1, 2, 3]);
});

test("distances are summed only as far as they matter", () => {
  const values = Float64Array.of(0, 0, 3, 4);
  expect(squaredDistance(values, 0, values, 1, 2, Number.POSITIVE_INFINITY)).toBe(25);
  expect(squaredDistance(values, 0, values, 1, 2, 5)).toBe(9);
});
