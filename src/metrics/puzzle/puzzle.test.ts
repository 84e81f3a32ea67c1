import { describe, expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import { kindsOf, puzzleAccuracy } from "./accuracy.js";
import { compatibilities } from "./compatibility.js";
import { greedySolution } from "./greedy-solver.js";

describe("accuracy of a puzzle", () => {
  const truth = [0, 1, 2, 3, 4, 5, 6, 7, 8];

  test("the original is perfect", () => {
    expect(puzzleAccuracy(truth, truth, 3)).toEqual({ direct: 1, neighbour: 1, perfect: true });
  });

  test("a shift by a row keeps neighbours but no place", () => {
    // Within rows all 6 pairs stay; below each other 3 of 6.
    const shifted = [3, 4, 5, 6, 7, 8, 0, 1, 2];
    expect(puzzleAccuracy(truth, shifted, 3)).toEqual({
      direct: 0,
      neighbour: 9 / 12,
      perfect: false,
    });
  });

  test("identical pieces may stand for each other, but only as often as there are some", () => {
    const blank = [0, 0, 2, 3];
    expect(puzzleAccuracy(blank, blank, 2)).toMatchObject({ direct: 1, perfect: true });
    // Pairs of the original: 0 0 and 2 3 beside, 0 2 and 0 3 below. Here: 0 2 and 0 3 beside, 0 0 and 2 3 below.
    expect(puzzleAccuracy(blank, [0, 2, 0, 3], 2)).toEqual({
      direct: 0.5,
      neighbour: 0,
      perfect: false,
    });
    expect(puzzleAccuracy([0, 0, 0, 1], [0, 0, 1, 0], 2).neighbour).toBe(3 / 4);
  });

  test("pieces of equal pixels are of one kind", () => {
    const pieces = Float32Array.of(0, 0.5, 0, 0, 0, 0.5, 0.5, 0);
    expect([...kindsOf(pieces, 2)]).toEqual([0, 1, 0, 3]);
  });

  test("too few pieces are refused", () => {
    expect(() => puzzleAccuracy(truth, [1], 3)).toThrow("1 pieces do not fill 9 cells");
    expect(() => puzzleAccuracy([0, 1], [0, 1], 3)).toThrow("rows of 3");
  });
});

/** A smooth image, cut into pieces of 6×6 in a random order: the piece in each cell, and the pieces. */
function smoothPuzzle(rows: number, columns: number, seed: number) {
  const order = stream(seed, "order").permutation(rows * columns);
  const draws = new Float64Array(6);
  stream(seed, "waves").uniform(draws);
  const pixel = (y: number, x: number) =>
    Math.sin(0.2 * (1 + draws[0]) * y + 6 * draws[1]) +
    Math.cos(0.2 * (1 + draws[2]) * x + 0.13 * y + 6 * draws[3]) +
    draws[4] * Math.sin(0.11 * x * draws[5] + 0.21 * y);
  const values = new Float32Array(rows * columns * 36);
  order.forEach((piece, cell) => {
    for (let at = 0; at < 36; at++) {
      const [y, x] = [Math.floor(cell / columns) * 6, (cell % columns) * 6];
      values[piece * 36 + at] = pixel(y + Math.floor(at / 6), x + (at % 6));
    }
  });
  return { order, pieces: { values, channels: 1, height: 6, width: 6 } };
}

describe("the greedy solver", () => {
  test.each([
    [3, 3],
    [4, 4],
    [2, 5],
  ])("puts smooth images of %i × %i pieces together", (rows, columns) => {
    let [direct, neighbour] = [0, 0];
    const count = 20;
    for (let seed = 0; seed < count; seed++) {
      const { order, pieces } = smoothPuzzle(rows, columns, seed);
      const found = puzzleAccuracy(
        Array.from(order),
        greedySolution(pieces, rows, columns),
        columns,
      );
      direct += found.direct / count;
      neighbour += found.neighbour / count;
    }
    // Now and then it shifts a whole row, as it sees no more than edges.
    expect(direct).toBeGreaterThan(0.85);
    expect(neighbour).toBeGreaterThan(0.9);
  });

  test("does no better than chance where edges say nothing", () => {
    let direct = 0;
    const count = 200;
    for (let seed = 0; seed < count; seed++) {
      const noise = new Float64Array(9 * 36);
      stream(seed, "noise").uniform(noise);
      const order = stream(seed, "order").permutation(9);
      const pieces = { values: Float32Array.from(noise), channels: 1, height: 6, width: 6 };
      const found = greedySolution(pieces, 3, 3);
      expect([...found].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      direct += puzzleAccuracy(Array.from(order), found, 3).direct / count;
    }
    // A random order has one piece of nine right on average, with a variance of 1 in pieces: five deviations.
    expect(Math.abs(direct - 1 / 9)).toBeLessThan((5 * Math.sqrt(1 / 81)) / Math.sqrt(count));
  });

  test("pieces of one colour fit each other, and end in some order", () => {
    const values = new Float32Array(4 * 4).fill(0.5);
    const pieces = { values, channels: 1, height: 2, width: 2 };
    const { beside } = compatibilities(pieces);
    expect([...beside]).toEqual([0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0]);
    expect([...greedySolution(pieces, 2, 2)].sort()).toEqual([0, 1, 2, 3]);
  });
});

test("compatibility is the paper's formula: a straight continuation has none of the distance", () => {
  // Rows of three pieces: 0 1 | 2 3 | 7 5. The first continues in the second.
  const pieces = { values: Float32Array.of(0, 1, 2, 3, 7, 5), channels: 1, height: 1, width: 2 };
  const { beside } = compatibilities(pieces);
  const distance = (a: number, b: number) => (a ** 0.3 + b ** 0.3) ** (1 / 16 / 0.3);
  // From 0 1 to 7 5: predicted 2 against 7, and 9 against 1.
  const far = distance(5, 8);
  // The quartile of 0 and `far` is the smaller of the two, 0: only it fits.
  expect([beside[1], beside[2]]).toEqual([1, 0]);
  // From 2 3: to 0 1, 4 against 0 and −1 against 3; to 7 5, 4 against 7 and 9 against 3.
  const [back, on] = [distance(4, 4), distance(3, 6)];
  const quartile = Math.min(back, on);
  expect(beside[3]).toBeCloseTo(Math.exp(-back / quartile), 6);
  expect(beside[5]).toBeCloseTo(Math.exp(-on / quartile), 6);
  expect(far).toBeGreaterThan(0);
});
