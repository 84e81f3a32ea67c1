import { HIDDEN } from "../../nn/index.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import type { SymbolGrid } from "./symbols.js";

/** Which earlier places of an image a place sees; itself and a prefix are always seen. */
export const attentionKinds = ["full", "row", "column", "convolutional"] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** Rows and columns of the window of convolutional attention. */
const WINDOW = 5;

/**
 * The mask of causal attention over a prefix and an image's places after it, [T, T]: 0 where a row's
 * position sees a column's, and a large negative number elsewhere.
 *
 * - `full`: all earlier places
 * - `row`: those of the same row
 * - `column`: those of the same column
 * - `convolutional`: those of a window of 5×5 around the place
 *
 * @param prefix  positions before the first place, which are seen causally and by all places
 * @source Ramesh et al. 2021, arXiv:2102.12092, appendix B.1, and Child et al. 2019, arXiv:1904.10509
 */
export function attentionMask(
  kind: AttentionKind,
  { grid: [rows, columns], depth }: SymbolGrid,
  prefix: number,
): Tensor {
  const length = prefix + rows * columns * depth;
  const placeOf = (position: number) => {
    const place = Math.floor((position - prefix) / depth);
    return { row: Math.floor(place / columns), column: place % columns };
  };
  const sees = (from: number, to: number): boolean => {
    if (to > from) return false;
    if (to < prefix || from < prefix || kind === "full") return true;
    const [here, there] = [placeOf(from), placeOf(to)];
    const [down, right] = [here.row - there.row, Math.abs(here.column - there.column)];
    if (kind === "row") return down === 0;
    if (kind === "column") return right === 0;
    return down <= (WINDOW - 1) / 2 && right <= (WINDOW - 1) / 2;
  };
  const values = Float32Array.from({ length: length * length }, (_, at) =>
    sees(Math.floor(at / length), at % length) ? 0 : HIDDEN,
  );
  return constant(values, [length, length]);
}
