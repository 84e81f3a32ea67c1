/** A diagonal of an image, from the top down. Its pixels do not depend on each other. */
export interface Diagonal {
  /** Row of the first pixel. */
  readonly top: number;
  /** Number of pixels. */
  readonly length: number;
}

/** The upper corner where a direction starts. */
export type Direction = "left" | "right";

/**
 * The diagonals of an image in the order in which an LSTM visits them. The pixels of diagonal t are in
 * column t − row, counted from the direction's side.
 *
 * This is the paper's skewed map without the empty corners, which are half of it.
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

/** The inverse permutation. */
export function inverseOrder(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  order.forEach((position, index) => {
    inverse[position] = index;
  });
  return inverse;
}
