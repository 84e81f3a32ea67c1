/** Squares a side at which the density is shown. */
export const CELLS = 40;

/** The middles of the squares, row by row from the bottom: images of 1×1×2. */
export const middles = (): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: 2 * CELLS ** 2 }, (_, at) => {
    const cell = at >> 1;
    return ((at % 2 === 0 ? cell % CELLS : Math.floor(cell / CELLS)) + 0.5) / CELLS;
  });
