import { isCold } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { cast, floor, minimum, mul, where } from "../../../tensor/ops/elementwise.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Tokeniser } from "./tokeniser.js";

/**
 * Tokens of the uniform prior: int64 [count, h, w]
 *
 * @param temperature  leaves equal probabilities as they are; at 0 the first code stands for all, which
 *                     are equally likely
 */
export function uniformTokens(
  scope: Scope,
  count: Dim,
  { quantiser: { codes }, grid: [rows, columns] }: Tokeniser,
  temperature: Tensor,
): Tensor {
  const uniform = scope.noise("tokens", [count, rows, columns], "uniform");
  const drawn = minimum(floor(mul(uniform, codes)), codes - 1);
  return cast(where(isCold(temperature), 0, drawn), "int64");
}
