import { constant, type Tensor } from "../../tensor/tensor.js";

/**
 * What a window sees of the pixel in its centre: mask A the channels before, mask B those and the
 * channel itself. Pixels before in raster order it sees whole, later ones not at all.
 *
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.4
 */
export type Mask = "A" | "B";

/** Maps in runs of equal length, one for each group of channels; the whole may be repeated. */
export interface Maps {
  readonly channels: number;
  /** Number of groups: the channels of an image, or 1 where its channels are not told apart. */
  readonly groups: number;
  /** 2 where the maps are those of values and, once more, of gates; 1 by default. */
  readonly repeats?: number;
}

/** Which of a window's taps exist. */
export interface Taps {
  readonly rows: number;
  readonly columns: number;
  /** Position of the centre in the last row; at `columns` it is outside. */
  readonly centre: number;
}

/**
 * 1 for a weight that is used and 0 for one that would look ahead; `undefined` where all are used.
 *
 * @returns  [to.channels, from.channels, rows, columns]
 */
export function maskOf(from: Maps, to: Maps, taps: Taps, mask: Mask): Tensor | undefined {
  const { rows, columns, centre } = taps;
  const values = new Float32Array(to.channels * from.channels * rows * columns).fill(1);
  const window = rows * columns;
  for (let output = 0; output < to.channels; output++) {
    for (let input = 0; input < from.channels; input++) {
      const ahead = groupOf(input, from) - groupOf(output, to);
      const sees = mask === "A" ? ahead < 0 : ahead <= 0;
      const last = (output * from.channels + input + 1) * window - columns;
      for (let column = centre; column < columns; column++) {
        values[last + column] = column === centre && sees ? 1 : 0;
      }
    }
  }
  if (values.every((value) => value === 1)) return undefined;
  return constant(values, [to.channels, from.channels, rows, columns]);
}

function groupOf(map: number, { channels, groups, repeats = 1 }: Maps): number {
  const run = channels / repeats;
  return Math.floor(((map % run) * groups) / run);
}
