import { expect, test } from "vitest";
import { stream } from "../../../runtime/random.js";
import { nearestCentres } from "./k-means.js";

test("groups that lie far apart are separated", () => {
  const points = new Float64Array(600);
  stream(1, "points").normal(points);
  // Points i, i + 3, … belong together: 100 standard deviations from the others.
  const moved = points.map((x, at) => x + 100 * (Math.floor(at / 2) % 3));
  const nearest = nearestCentres(moved, 2, 3, stream(2, "centres"));
  const groups = [0, 1, 2].map((group) => nearest[group]);
  expect(new Set(groups).size).toBe(3);
  nearest.forEach((centre, point) => {
    expect(centre).toBe(groups[point % 3]);
  });
});

test("equal points share a centre, however many there are", () => {
  const nearest = nearestCentres(new Float64Array(40).fill(0.5), 2, 5, stream(2, "centres"));
  expect(new Set(nearest).size).toBe(1);
});
