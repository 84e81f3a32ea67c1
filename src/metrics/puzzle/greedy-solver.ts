import { type Compatibility, compatibilities, type Pieces } from "./compatibility.js";

/** A free cell beside placed pieces, and the piece that would fill it. */
interface Move {
  readonly row: number;
  readonly column: number;
  readonly piece: number;
  /** Placed pieces beside the cell. */
  readonly neighbours: number;
  /** Whether the piece and one of them are best buddies. */
  readonly buddy: boolean;
  /** Mean compatibility with them. */
  readonly fit: number;
}

/** A placed piece; the frame floats until all pieces lie. */
interface Placed {
  readonly row: number;
  readonly column: number;
  readonly piece: number;
}

/**
 * Puts a puzzle together by the pixels at the edges alone: from a first piece on, it fills the cell with
 * the most neighbours by the piece that fits best, best buddies first. Each piece is tried as the first; the
 * solution with the most best buddies side by side is kept, of equal ones the one that fits best.
 *
 * @returns  [rows · columns] the piece in each cell
 * @source Pomeranz, Shemesh & Ben-Shahar 2011, doi:10.1109/CVPR.2011.5995331, section 4.1: the greedy
 *         placer and the best-buddies estimate; without its segments and shifts
 */
export function greedySolution(pieces: Pieces, rows: number, columns: number): Int32Array {
  const fits = compatibilities(pieces);
  const count = rows * columns;
  const buddies = {
    beside: bestBuddies(fits.beside, count),
    below: bestBuddies(fits.below, count),
  };
  let best:
    | { readonly cells: Int32Array; readonly estimate: readonly [number, number] }
    | undefined;
  for (let first = 0; first < count; first++) {
    const cells = grown(first, fits, buddies, rows, columns);
    const estimate = [quality(cells, buddies, columns), quality(cells, fits, columns)] as const;
    const better =
      best === undefined ||
      estimate[0] > best.estimate[0] ||
      (estimate[0] === best.estimate[0] && estimate[1] > best.estimate[1]);
    if (better) best = { cells, estimate };
  }
  return best?.cells ?? new Int32Array();
}

/** 1 where each of two pieces fits the other best of all on that side, else 0. */
function bestBuddies(fits: Float64Array, count: number): Float64Array {
  const bestAfter = new Float64Array(count);
  const bestBefore = new Float64Array(count);
  for (const [at, fit] of fits.entries()) {
    const [a, b] = [Math.floor(at / count), at % count];
    bestAfter[a] = Math.max(bestAfter[a], fit);
    bestBefore[b] = Math.max(bestBefore[b], fit);
  }
  return fits.map((fit, at) => {
    const [a, b] = [Math.floor(at / count), at % count];
    return Number(a !== b && fit > 0 && fit === bestAfter[a] && fit === bestBefore[b]);
  });
}

/** Grows a solution from its first piece. */
function grown(
  first: number,
  fits: Compatibility,
  buddies: Compatibility,
  rows: number,
  columns: number,
): Int32Array {
  const count = rows * columns;
  const placed: Placed[] = [{ row: 0, column: 0, piece: first }];
  while (placed.length < count) {
    const move = bestMove(placed, fits, buddies, rows, columns);
    placed.push(move);
  }
  const top = Math.min(...placed.map(({ row }) => row));
  const left = Math.min(...placed.map(({ column }) => column));
  const cells = new Int32Array(count);
  for (const { row, column, piece } of placed) cells[(row - top) * columns + column - left] = piece;
  return cells;
}

function bestMove(
  placed: readonly Placed[],
  fits: Compatibility,
  buddies: Compatibility,
  rows: number,
  columns: number,
): Move {
  const count = rows * columns;
  const used = new Set(placed.map(({ piece }) => piece));
  const pieceAt = new Map(placed.map(({ row, column, piece }) => [`${row},${column}`, piece]));
  let best: Move | undefined;
  for (const [row, column] of freeCells(placed, rows, columns)) {
    for (let piece = 0; piece < count; piece++) {
      if (used.has(piece)) continue;
      const pairs = [
        [row, column - 1, "beside", true],
        [row, column + 1, "beside", false],
        [row - 1, column, "below", true],
        [row + 1, column, "below", false],
      ] as const;
      const beside = pairs.flatMap(([y, x, side, before]) => {
        const other = pieceAt.get(`${y},${x}`);
        if (other === undefined) return [];
        const at = before ? other * count + piece : piece * count + other;
        return [{ fit: fits[side][at], buddy: buddies[side][at] === 1 }];
      });
      const move = {
        row,
        column,
        piece,
        neighbours: beside.length,
        buddy: beside.some(({ buddy }) => buddy),
        fit: beside.reduce((sum, { fit }) => sum + fit, 0) / beside.length,
      };
      if (best === undefined || isBetter(move, best)) best = move;
    }
  }
  if (best === undefined) throw new RangeError("a puzzle has no free cell, but pieces are left");
  return best;
}

function isBetter(move: Move, best: Move): boolean {
  if (move.neighbours !== best.neighbours) return move.neighbours > best.neighbours;
  if (move.buddy !== best.buddy) return move.buddy;
  return move.fit > best.fit;
}

/** Free cells beside placed pieces, with which all of them still fit into the frame. */
function freeCells(
  placed: readonly Placed[],
  rows: number,
  columns: number,
): [row: number, column: number][] {
  const taken = new Set(placed.map(({ row, column }) => `${row},${column}`));
  const [ys, xs] = [placed.map(({ row }) => row), placed.map(({ column }) => column)];
  const [top, bottom, left, right] = [
    Math.min(...ys),
    Math.max(...ys),
    Math.min(...xs),
    Math.max(...xs),
  ];
  const cells = new Map<string, [number, number]>();
  for (const { row, column } of placed) {
    for (const [y, x] of [
      [row, column + 1],
      [row + 1, column],
      [row, column - 1],
      [row - 1, column],
    ]) {
      const fits =
        Math.max(bottom, y) - Math.min(top, y) < rows &&
        Math.max(right, x) - Math.min(left, x) < columns;
      if (fits && !taken.has(`${y},${x}`)) cells.set(`${y},${x}`, [y, x]);
    }
  }
  return [...cells.values()];
}

/** The sum of a measure over all pairs of neighbouring cells. */
function quality(cells: Int32Array, { beside, below }: Compatibility, columns: number): number {
  const count = cells.length;
  return cells.reduce((sum, piece, cell) => {
    const isLast = (cell + 1) % columns === 0;
    const right = isLast ? 0 : beside[piece * count + cells[cell + 1]];
    const under = cell + columns < count ? below[piece * count + cells[cell + columns]] : 0;
    return sum + right + under;
  }, 0);
}
