import { DataError } from "../core/errors.js";

/**
 * Names clusters by the classes of their images: one cluster for each class, so that as many images as
 * possible agree. Clusters beyond the number of classes take the class of most of their images.
 *
 * @param counts  [clusters, classes] images of each class in each cluster
 * @returns       [clusters] class of each
 * @throws DataError when rows differ in length or there is no cluster or class
 * @source the measure: Xie, Girshick & Farhadi 2016, arXiv:1511.06335, equation 10
 */
export function matchClusters(counts: readonly (readonly number[])[]): Int32Array {
  const classes = counts[0]?.length ?? 0;
  if (classes === 0 || counts.some(({ length }) => length !== classes)) {
    throw new DataError("clusters and classes can be matched only where there are some of both");
  }
  const few = counts.length <= classes;
  const gains = few
    ? counts
    : Array.from({ length: classes }, (_, label) => counts.map((row) => row[label]));
  const chosen = bestAssignment(gains);
  if (few) return Int32Array.from(chosen);
  const matched = Int32Array.from(counts, (row) => row.indexOf(Math.max(...row)));
  for (const [label, cluster] of chosen.entries()) matched[cluster] = label;
  return matched;
}

/**
 * The Hungarian algorithm: a column of its own for each row, with the largest sum.
 *
 * @param gains  [rows, columns], rows ≤ columns
 * @returns      [rows] column of each
 * @source Kuhn 1955, doi:10.1002/nav.3800020109, by shortest augmenting paths as in Jonker &
 *         Volgenant 1987, doi:10.1007/BF02278710
 */
export function bestAssignment(gains: readonly (readonly number[])[]): number[] {
  const [rows, columns] = [gains.length, gains[0]?.length ?? 0];
  const rowPrices = new Float64Array(rows);
  const columnPrices = new Float64Array(columns + 1);
  /** Row of each column; the last column is where a new row starts its search. */
  const rowOf = new Int32Array(columns + 1).fill(-1);
  for (let row = 0; row < rows; row++) {
    const least = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(columns).fill(columns);
    const done = new Set<number>();
    let column = columns;
    rowOf[columns] = row;
    while (rowOf[column] >= 0) {
      done.add(column);
      const from = rowOf[column];
      let next = -1;
      for (let other = 0; other < columns; other++) {
        if (done.has(other)) continue;
        const reduced = -gains[from][other] - rowPrices[from] - columnPrices[other];
        if (reduced < least[other]) {
          least[other] = reduced;
          before[other] = column;
        }
        if (next < 0 || least[other] < least[next]) next = other;
      }
      const step = least[next];
      for (let other = 0; other <= columns; other++) {
        if (done.has(other)) {
          rowPrices[rowOf[other]] += step;
          columnPrices[other] -= step;
        } else if (other < columns) {
          least[other] -= step;
        }
      }
      column = next;
    }
    for (; column !== columns; column = before[column]) rowOf[column] = rowOf[before[column]];
  }
  const columnOf = new Array<number>(rows);
  for (let column = 0; column < columns; column++) {
    if (rowOf[column] >= 0) columnOf[rowOf[column]] = column;
  }
  return columnOf;
}
