import { expect, test } from "vitest";
import { matchClusters } from "./matching.js";

test("a class that two clusters share goes to one of them alone, even if the other is all of it", () => {
  expect([
    ...matchClusters([
      [90, 0],
      [60, 20],
    ]),
  ]).toEqual([0, 1]);
});

test("clusters beyond the classes take the class of most of their images", () => {
  expect([
    ...matchClusters([
      [1, 50],
      [40, 0],
      [3, 8],
    ]),
  ]).toEqual([1, 0, 1]);
});

test("fewer clusters than classes leave classes out", () => {
  expect([...matchClusters([[5, 9, 1]])]).toEqual([1]);
});

test.each([[[]], [[[]]], [[[1, 2], [1]]]])("%j is refused", (counts) => {
  expect(() => matchClusters(counts)).toThrow("clusters and classes");
});
