import { expect, test } from "vitest";
import { stream } from "../runtime/random.js";
import { bestAssignment } from "./best-assignment.js";

/** The largest sum over all assignments, by trying them. */
function bestByTrying(
  gains: readonly (readonly number[])[],
  taken: readonly number[] = [],
): number {
  if (taken.length === gains.length) return 0;
  const [row] = [gains[taken.length]];
  return Math.max(
    ...row.map((gain, column) =>
      taken.includes(column)
        ? Number.NEGATIVE_INFINITY
        : gain + bestByTrying(gains, [...taken, column]),
    ),
  );
}

test.each([
  [4, 4],
  [5, 5],
  [3, 6],
  [1, 4],
  [6, 6],
])("the best of all assignments of %i rows to %i columns", (rows, columns) => {
  for (let seed = 0; seed < 20; seed++) {
    const values = new Float64Array(rows * columns);
    stream(seed, "gains").uniform(values);
    // Whole numbers, so that there are ties, too.
    const gains = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) =>
        Math.floor(9 * values[row * columns + column]),
      ),
    );
    const chosen = bestAssignment(gains);
    expect(new Set(chosen).size).toBe(rows);
    const found = chosen.reduce((sum, column, row) => sum + gains[row][column], 0);
    expect(found).toBe(bestByTrying(gains));
  }
});
