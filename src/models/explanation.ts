import type { Batch, DataTraits } from "../core/batch.js";
import { batchInputs } from "../core/state.js";
import { type Scope, trace, Variables } from "../nn/scope.js";
import { elementCount } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * Formats a model's explanation as titled parts, such as `Factorisation`.
 *
 * @param parts  lines of text and formulas by title, in order
 */
export function explanationOf(parts: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(parts)
    .map(([name, lines]) => [name, ...lines.map((line) => `  ${line}`)].join("\n"))
    .join("\n\n");
}

/** Number of learned parameters that a loss or another tensor depends on. */
export function learnedBy(loss: (scope: Scope, batch: Batch) => Tensor, data: DataTraits): number {
  const variables = new Variables();
  trace(variables, false, (scope) => loss(scope, batchInputs(data)));
  return variables
    .list()
    .filter(({ kind }) => kind === "parameter")
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
