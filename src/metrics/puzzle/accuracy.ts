import { DataError } from "../../core/errors.js";

/** How well a puzzle was put together; pieces that look the same may stand for each other. */
export interface PuzzleAccuracy {
  /** Share of cells in [0, 1] that show what belongs there. */
  readonly direct: number;
  /** Share of pairs of neighbouring cells in [0, 1] that are neighbours in the original, too. */
  readonly neighbour: number;
  /** Whether all cells are right. */
  readonly perfect: boolean;
}

/**
 * Compares a solution with the original, modulo identical pieces.
 *
 * @param truth    [rows · columns] kind of the piece that belongs in each cell, from {@link kindsOf}
 * @param found    [rows · columns] kind of the piece that was put there
 * @param columns  cells of a row
 * @throws DataError when the two differ in length or do not make whole rows
 * @source Cho, Avidan & Freeman 2010, doi:10.1109/CVPR.2010.5540212, section 5: direct and neighbour
 *         comparison
 */
export function puzzleAccuracy(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  columns: number,
): PuzzleAccuracy {
  const { length } = truth;
  if (length === 0 || found.length !== length || length % columns !== 0) {
    throw new DataError(`${found.length} pieces do not fill ${length} cells in rows of ${columns}`);
  }
  const right = Array.from(truth).filter((kind, cell) => found[cell] === kind).length;
  const expected = neighbours(truth, columns);
  const pairs = neighbours(found, columns);
  let [kept, total] = [0, 0];
  for (const [pair, count] of expected) {
    total += count;
    kept += Math.min(count, pairs.get(pair) ?? 0);
  }
  return {
    direct: right / length,
    neighbour: total === 0 ? 1 : kept / total,
    perfect: right === length,
  };
}

/** How often each kind lies to the left of or above another. */
function neighbours(kinds: ArrayLike<number>, columns: number): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (direction: string, cell: number, other: number) => {
    const pair = `${direction} ${kinds[cell]} ${kinds[other]}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  };
  for (let cell = 0; cell < kinds.length; cell++) {
    if ((cell + 1) % columns !== 0) count("beside", cell, cell + 1);
    if (cell + columns < kinds.length) count("below", cell, cell + columns);
  }
  return counts;
}

/**
 * Numbers pieces so that those of equal pixels have the same number.
 *
 * @param pieces  [K, size]
 * @returns       [K] the first piece that looks the same
 */
export function kindsOf(pieces: Float32Array, size: number): Int32Array {
  const firsts = new Map<string, number>();
  return Int32Array.from({ length: pieces.length / size }, (_, piece) => {
    const look = pieces.subarray(piece * size, (piece + 1) * size).join();
    const first = firsts.get(look) ?? piece;
    firsts.set(look, first);
    return first;
  });
}
