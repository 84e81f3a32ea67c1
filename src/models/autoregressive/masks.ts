import { constant, type Tensor } from "../../tensor/tensor.js";

/**
 * Which channels of its centre pixel a window sees: with mask A those before its own channel, with
 * mask B its own channel as well. It sees all earlier pixels in raster order and no later ones.
 *
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.4
 */
export type Mask = "A" | "B";

/** Feature maps in runs of equal length, one run per group of channels, possibly repeated. */
export interface Maps {
  readonly channels: number;
  /** Number of groups: the image's channels, or 1 if they share their maps. */
  readonly groups: number;
  /** 2 if the runs of the values are followed by those of the gates; 1 by default. */
  readonly repeats?: number;
}

/** The taps of a window. */
export interface Taps {
  readonly rows: number;
  readonly columns: number;
  /** Column of the centre in the last row; `columns` if the centre lies outside. */
  readonly centre: number;
}

/**
 * 1 for a weight that is used and 0 for one that would look ahead; `undefined` if all are used.
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
