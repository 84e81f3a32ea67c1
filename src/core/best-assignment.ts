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
