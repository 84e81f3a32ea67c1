import type { Pictures } from "../../engine/questions/question.js";

/** The pictures of one column of a grid, in a row. */
export function columnOf(pictures: Pictures, column: number): Pictures {
  const { channels, height, width, count, pixelsUnit, columns = count } = pictures;
  const size = channels * height * width;
  const rows = count / columns;
  const chosen = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const from = (row * columns + column) * size;
    chosen.set(pixelsUnit.subarray(from, from + size), row * size);
  }
  return { ...pictures, count: rows, columns: rows, pixelsUnit: chosen };
}
