import type { Batch, DataTraits } from "../core/batch.js";
import { batchInputs } from "../core/state.js";
import { type Scope, trace, Variables } from "../nn/scope.js";
import { elementCount } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * What a model says of itself: its parts one under the other, such as `Factorisation`.
 *
 * @param parts  formulas and plain words by the name of the part, in their order
 */
export function explanationOf(parts: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(parts)
    .map(([name, lines]) => [name, ...lines.map((line) => `  ${line}`)].join("\n"))
    .join("\n\n");
}

/** How many numbers a tensor of a batch depends on that are learned. */
export function learnedBy(loss: (scope: Scope, batch: Batch) => Tensor, data: DataTraits): number {
  const variables = new Variables();
  trace(variables, false, (scope) => loss(scope, batchInputs(data)));
  return variables
    .list()
    .filter(({ kind }) => kind === "parameter")
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
