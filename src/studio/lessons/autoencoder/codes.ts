import type { ReplyTo } from "../../engine/questions/index.js";
import type { Place } from "../../page/parts/place.js";

export type Codes = ReplyTo<"encode">;

/** Pictures a side of the sheet. */
export const SIDE = 9;

/** The window of the map: the middle of the first two numbers, and half its side. */
export interface View {
  readonly centre: Place;
  readonly reach: number;
  /** [Z] the mean code, whose further numbers every place of the map has. */
  readonly mean: readonly number[];
}

/** A window that holds nearly all codes. */
export function viewOf({ count, length, values }: Codes): View {
  const mean = Array.from({ length }, (_, unit) => {
    let sum = 0;
    for (let at = unit; at < values.length; at += length) sum += values[at];
    return sum / count;
  });
  const centre: Place = [mean[0], mean[1] ?? 0];
  const far = Array.from({ length: count }, (_, image) =>
    Math.max(
      Math.abs(values[image * length] - centre[0]),
      length < 2 ? 0 : Math.abs(values[image * length + 1] - centre[1]),
    ),
  ).sort((a, b) => a - b);
  return { centre, reach: 1.1 * far[Math.floor(0.99 * (count - 1))] || 1, mean };
}

/** The code at a place of the map. */
export function codeAt({ centre, reach, mean }: View, [x, y]: Place): number[] {
  const [right, up] = [centre[0] + (2 * x - 1) * reach, centre[1] + (1 - 2 * y) * reach];
  return mean.map((value, unit) => [right, up][unit] ?? value);
}

/** The codes at the middles of SIDE × SIDE squares of the map, from the top. */
export function sheetOf(view: View): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    Array.from({ length: SIDE ** 2 }, (_, at) =>
      codeAt(view, [((at % SIDE) + 0.5) / SIDE, (Math.floor(at / SIDE) + 0.5) / SIDE]),
    ).flat(),
  );
}
