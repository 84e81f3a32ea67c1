import { innerProducts, type Span, TILE } from "../core/inner-products.js";
import { type Features, matrixOf } from "./features.js";

/**
 * Visits the inner products of all images of one set with all of another, tile by tile; of a set with
 * itself, each pair of different images once, with i < j. Needs no memory that grows with the sets.
 */
export function eachInnerProduct(
  a: Features,
  b: Features,
  visit: (product: number, i: number, j: number) => void,
): void {
  const tile = new Float64Array(TILE * TILE);
  for (let row = 0; row < a.count; row += TILE) {
    const rows: Span = [row, Math.min(row + TILE, a.count)];
    for (let column = a === b ? row : 0; column < b.count; column += TILE) {
      const columns: Span = [column, Math.min(column + TILE, b.count)];
      innerProducts(matrixOf(a), rows, matrixOf(b), columns, [0, a.width], tile);
      for (let i = rows[0]; i < rows[1]; i++) {
        const at = (i - row) * TILE - column;
        for (let j = a === b ? Math.max(i + 1, column) : column; j < columns[1]; j++) {
          visit(tile[at + j], i, j);
        }
      }
    }
  }
}

/** As {@link eachInnerProduct}, with squared Euclidean distances; those of equal images are exactly 0. */
export function eachSquaredDistance(
  a: Features,
  b: Features,
  visit: (squared: number, i: number, j: number) => void,
): void {
  const ofA = squaredNorms(a);
  const ofB = a === b ? ofA : squaredNorms(b);
  eachInnerProduct(a, b, (product, i, j) => {
    visit(Math.max(0, ofA[i] + ofB[j] - 2 * product), i, j);
  });
}

/** [count] summed as inner products are, so that differences of equal ones vanish. */
function squaredNorms({ count, width, values }: Features): Float64Array {
  return Float64Array.from({ length: count }, (_, image) => {
    let sum = 0;
    for (let at = image * width; at < (image + 1) * width; at++) sum += values[at] * values[at];
    return sum;
  });
}
