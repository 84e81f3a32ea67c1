/** Pieces of a puzzle, each [C, h, w]. */
export interface Pieces {
  /** [K, C, h, w] */
  readonly values: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** How well pieces fit beside each other: [K · K] from one piece to its neighbour. */
export interface Compatibility {
  /** In [0, 1], of `a` and `b` where b lies to the right of a: at a · K + b. */
  readonly beside: Float64Array;
  /** The same where b lies below a. */
  readonly below: Float64Array;
}

/** Powers with which differences enter, of the paper. */
const [P, Q] = [3 / 10, 1 / 16];

/**
 * Prediction-based compatibility: how well the last two pixels of a piece, continued in a straight line,
 * predict the first of the next, and the other way round. Distances become exp(−d / quartile), where the
 * quartile is that of all distances of the first piece on this side.
 *
 * @source Pomeranz, Shemesh & Ben-Shahar 2011, doi:10.1109/CVPR.2011.5995331, equations 2 and 3
 */
export function compatibilities(pieces: Pieces): Compatibility {
  const { values, channels, height, width } = pieces;
  const size = channels * height * width;
  const count = values.length / size;
  /** Pixel of a piece at a depth from an edge, along that edge. */
  const pixel = (piece: number, channel: number, row: number, column: number) =>
    values[piece * size + (channel * height + row) * width + column];
  const distances = (
    along: number,
    last: (piece: number, channel: number, at: number, depth: number) => number,
    first: (piece: number, channel: number, at: number, depth: number) => number,
  ) => {
    const all = new Float64Array(count * count);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel++) {
          for (let at = 0; at < along; at++) {
            const [end, before] = [last(a, channel, at, 0), last(a, channel, at, 1)];
            const [start, after] = [first(b, channel, at, 0), first(b, channel, at, 1)];
            sum += Math.abs(2 * end - before - start) ** P + Math.abs(2 * start - after - end) ** P;
          }
        }
        all[a * count + b] = sum ** (Q / P);
      }
    }
    return scaled(all, count);
  };
  return {
    beside: distances(
      height,
      (piece, channel, row, depth) => pixel(piece, channel, row, width - 1 - depth),
      (piece, channel, row, depth) => pixel(piece, channel, row, depth),
    ),
    below: distances(
      width,
      (piece, channel, column, depth) => pixel(piece, channel, height - 1 - depth, column),
      (piece, channel, column, depth) => pixel(piece, channel, depth, column),
    ),
  };
}

/** exp(−d / quartile) of the distances of each piece to all others. */
function scaled(distances: Float64Array, count: number): Float64Array {
  const quartiles = Array.from({ length: count }, (_, a) => {
    const row = distances.subarray(a * count, (a + 1) * count);
    const others = row.filter((_, b) => b !== a).sort();
    return others[Math.floor(others.length / 4)];
  });
  return distances.map((distance, at) => {
    const [a, b] = [Math.floor(at / count), at % count];
    if (a === b) return 0;
    return quartiles[a] === 0 ? Number(distance === 0) : Math.exp(-distance / quartiles[a]);
  });
}
