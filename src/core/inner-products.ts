/** A matrix of rows of length n, row-major. */
export interface Rows {
  readonly values: Float64Array;
  readonly n: number;
}

/** Start (inclusive) and end (exclusive). */
export type Span = readonly [number, number];

/** Rows and columns of a tile, whose sums stay in the first-level cache. */
export const TILE = 32;

/**
 * Inner products of two spans of at most {@link TILE} rows each, over the columns `[start, end)`.
 *
 * Each product is summed from the first column to the last, so the same two rows give the same bits
 * in every tile and in either order. The loop takes four by four rows at a time so that each number
 * it reads serves four products; where fewer rows remain, it repeats the last one.
 *
 * @param tile  [TILE, TILE]; receives the product of rows `first + i` and `from + j` at (i, j)
 */
export function innerProducts(
  left: Rows,
  [first, last]: Span,
  right: Rows,
  [from, to]: Span,
  [start, end]: Span,
  tile: Float64Array,
): void {
  const a = left.values;
  const b = right.values;
  for (let row = first; row < last; row += 4) {
    const a0 = row * left.n;
    const a1 = Math.min(row + 1, last - 1) * left.n;
    const a2 = Math.min(row + 2, last - 1) * left.n;
    const a3 = Math.min(row + 3, last - 1) * left.n;
    for (let column = from; column < to; column += 4) {
      const b0 = column * right.n;
      const b1 = Math.min(column + 1, to - 1) * right.n;
      const b2 = Math.min(column + 2, to - 1) * right.n;
      const b3 = Math.min(column + 3, to - 1) * right.n;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let s20 = 0;
      let s21 = 0;
      let s22 = 0;
      let s23 = 0;
      let s30 = 0;
      let s31 = 0;
      let s32 = 0;
      let s33 = 0;
      for (let k = start; k < end; k++) {
        const p = b[b0 + k];
        const q = b[b1 + k];
        const r = b[b2 + k];
        const s = b[b3 + k];
        const u = a[a0 + k];
        s00 += u * p;
        s01 += u * q;
        s02 += u * r;
        s03 += u * s;
        const v = a[a1 + k];
        s10 += v * p;
        s11 += v * q;
        s12 += v * r;
        s13 += v * s;
        const w = a[a2 + k];
        s20 += w * p;
        s21 += w * q;
        s22 += w * r;
        s23 += w * s;
        const x = a[a3 + k];
        s30 += x * p;
        s31 += x * q;
        s32 += x * r;
        s33 += x * s;
      }
      const at = (row - first) * TILE + column - from;
      tile[at] = s00;
      tile[at + 1] = s01;
      tile[at + 2] = s02;
      tile[at + 3] = s03;
      tile[at + TILE] = s10;
      tile[at + TILE + 1] = s11;
      tile[at + TILE + 2] = s12;
      tile[at + TILE + 3] = s13;
      tile[at + 2 * TILE] = s20;
      tile[at + 2 * TILE + 1] = s21;
      tile[at + 2 * TILE + 2] = s22;
      tile[at + 2 * TILE + 3] = s23;
      tile[at + 3 * TILE] = s30;
      tile[at + 3 * TILE + 1] = s31;
      tile[at + 3 * TILE + 2] = s32;
      tile[at + 3 * TILE + 3] = s33;
    }
  }
}
