/** A diagonal of an image: pixels that need nothing of each other, from the top down. */
export interface Diagonal {
  /** Row of the first pixel. */
  readonly top: number;
  /** Number of pixels. */
  readonly length: number;
}

/** From which corner at the top a direction goes through an image. */
export type Direction = "left" | "right";

/**
 * The diagonals of an image in the order in which an LSTM goes through them: pixels of diagonal t are in
 * column t − row, counted from the direction's side.
 *
 * This is the paper's skewed map without the corners that skewing leaves empty, half of it.
 *
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.2 and figure 3
 */
export function diagonalsOf(height: number, width: number): Diagonal[] {
  return Array.from({ length: height + width - 1 }, (_, diagonal) => {
    const top = Math.max(0, diagonal - width + 1);
    return { top, length: Math.min(height - 1, diagonal) - top + 1 };
  });
}

/** Positions in raster order of all pixels, diagonal by diagonal: [H · W]. */
export function diagonalOrder(height: number, width: number, direction: Direction): number[] {
  return diagonalsOf(height, width).flatMap(({ top, length }, diagonal) =>
    Array.from({ length }, (_, index) => {
      const row = top + index;
      const column = diagonal - row;
      return row * width + (direction === "left" ? column : width - 1 - column);
    }),
  );
}

/** The order that undoes another. */
export function inverseOrder(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  order.forEach((position, index) => {
    inverse[position] = index;
  });
  return inverse;
}
