import { ConfigError } from "../../core/errors.js";

/** log p(x, y) in nats; −∞ where the density is 0. */
export type LogDensity = (x: number, y: number) => number;

/** A rectangle of the plane. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/**
 * A box cut into cells × cells equal ones.
 *
 * @throws ConfigError when the box is empty or cells is not a whole number from 1
 */
export function requireGrid({ left, right, bottom, top }: Box, cells: number): void {
  if (!(left < right && bottom < top && Number.isFinite(right - left + top - bottom))) {
    throw new ConfigError(`the box from (${left}, ${bottom}) to (${right}, ${top}) is empty`);
  }
  if (!(Number.isInteger(cells) && cells >= 1)) {
    throw new ConfigError(`cells a side must be a whole number from 1, not ${cells}`);
  }
}

/**
 * A density's logarithm at the middle of each cell.
 *
 * @returns [cells, cells] row by row from the bottom
 */
export function logDensities(density: LogDensity, box: Box, cells: number): Float64Array {
  const centre = cellCentre(box, cells);
  return Float64Array.from({ length: cells * cells }, (_, at) => density(...centre(at)));
}

/** The middle of cell number `at`, row by row from the bottom. */
export function cellCentre(box: Box, cells: number): (at: number) => [x: number, y: number] {
  const across = (box.right - box.left) / cells;
  const up = (box.top - box.bottom) / cells;
  return (at) => [
    box.left + ((at % cells) + 0.5) * across,
    box.bottom + (Math.floor(at / cells) + 0.5) * up,
  ];
}

/**
 * A density that is known at the middle of each cell of a grid, and taken from there.
 *
 * @param logs  [cells, cells] row by row from the bottom
 */
export function gridDensity(logs: ArrayLike<number>, box: Box, cells: number): LogDensity {
  const place = (at: number, from: number, to: number) =>
    Math.min(cells - 1, Math.max(0, Math.floor((cells * (at - from)) / (to - from))));
  return (x, y) => logs[place(y, box.bottom, box.top) * cells + place(x, box.left, box.right)];
}

/** log(exp(a) + exp(b)), which does not underflow where densities do. */
export function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(-Math.abs(a - b)));
}

export const areaOf = ({ left, right, bottom, top }: Box): number =>
  (right - left) * (top - bottom);
