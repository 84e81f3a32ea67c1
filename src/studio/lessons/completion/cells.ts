import type { Place } from "../../page/parts/place.js";

/** Pixels a side of the digits. */
export const SIDE = 8;

/** The pixel at a place of a pad. */
export const cellAt = ([x, y]: Place): number => Math.floor(y * SIDE) * SIDE + Math.floor(x * SIDE);

/** Squares with gaps, each in its colour. */
export function paintCells(
  context: CanvasRenderingContext2D,
  colourOf: (pixel: number) => string,
): void {
  const side = context.canvas.width / SIDE;
  for (let pixel = 0; pixel < SIDE ** 2; pixel++) {
    context.fillStyle = colourOf(pixel);
    const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
    context.fillRect(column * side + 1, row * side + 1, side - 2, side - 2);
  }
}
