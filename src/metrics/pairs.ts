import { innerProducts, type Span, TILE } from "../core/inner-products.js";
import { type Features, matrixOf } from "./features.js";

/** Takes the figure of image i of one set and image j of the other. */
type Visit = (figure: number, i: number, j: number) => void;

/** Visits the inner products of all images of one set with all of another; its memory does not grow. */
export function eachProductBetween(a: Features, b: Features, visit: Visit): void {
  eachTile(a, b, () => 0, visit);
}

/** Visits the inner product of each pair of different images of a set once, with i < j. */
export function eachProductWithin(set: Features, visit: Visit): void {
  eachTile(set, set, (i) => i + 1, visit);
}

/**
 * Visits the squared Euclidean distances between all images of one set and all of another. Those of
 * equal images are exactly 0.
 */
export function eachDistanceBetween(a: Features, b: Features, visit: Visit): void {
  const [ofA, ofB] = [squaredNorms(a), squaredNorms(b)];
  eachProductBetween(a, b, (product, i, j) => {
    visit(Math.max(0, ofA[i] + ofB[j] - 2 * product), i, j);
  });
}

/** Visits the squared distance of each pair of different images of a set once, with i < j. */
export function eachDistanceWithin(set: Features, visit: Visit): void {
  const norms = squaredNorms(set);
  eachProductWithin(set, (product, i, j) => {
    visit(Math.max(0, norms[i] + norms[j] - 2 * product), i, j);
  });
}

/** @param firstColumn  the first j that is visited for an i, which never falls as i rises */
function eachTile(
  a: Features,
  b: Features,
  firstColumn: (i: number) => number,
  visit: Visit,
): void {
  const tile = new Float64Array(TILE * TILE);
  for (let row = 0; row < a.count; row += TILE) {
    const rows: Span = [row, Math.min(row + TILE, a.count)];
    const start = Math.floor(firstColumn(row) / TILE) * TILE;
    for (let column = start; column < b.count; column += TILE) {
      const columns: Span = [column, Math.min(column + TILE, b.count)];
      innerProducts(matrixOf(a), rows, matrixOf(b), columns, [0, a.width], tile);
      for (let i = rows[0]; i < rows[1]; i++) {
        const at = (i - row) * TILE - column;
        for (let j = Math.max(firstColumn(i), column); j < columns[1]; j++) {
          visit(tile[at + j], i, j);
        }
      }
    }
  }
}

/** [count] summed as inner products are, so that differences of equal ones vanish. */
function squaredNorms({ count, width, values }: Features): Float64Array {
  return Float64Array.from({ length: count }, (_, image) => {
    let sum = 0;
    for (let at = image * width; at < (image + 1) * width; at++) sum += values[at] * values[at];
    return sum;
  });
}
