import { normalValues } from "../../nn/index.js";
import type { Scope } from "../../nn/scope.js";
import { add } from "../../tensor/ops/elementwise.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { SymbolGrid } from "./symbols.js";

const PLACE_STD = 0.02;

/**
 * Learned vectors of the places of an image's symbols: the sum of one for the row, one for the column and,
 * where a place has several symbols, one for which of them.
 *
 * Parameters: `rows`, `columns`, `depths`.
 *
 * @returns  [T, features], in the order of the symbols
 */
export function placesOf(
  scope: Scope,
  { grid: [rows, columns], depth }: SymbolGrid,
  features: number,
): Tensor {
  const learned = (name: string, count: number) =>
    scope.parameter(name, [count, features], normalValues(PLACE_STD));
  const inRows = reshape(learned("rows", rows), [rows, 1, 1, features]);
  const inColumns = reshape(learned("columns", columns), [1, columns, 1, features]);
  const places = add(inRows, inColumns);
  if (depth === 1) return reshape(places, [rows * columns, features]);
  const each = add(places, reshape(learned("depths", depth), [1, 1, depth, features]));
  return reshape(each, [rows * columns * depth, features]);
}
