import type { Batch, DataTraits, ImageShape } from "../../core/model.js";
import { batchInputs } from "../../core/state.js";
import { type Scope, trace, Variables } from "../../nn/scope.js";
import { elementCount } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Subject } from "./settings.js";

/**
 * A model of pixels in raster order, in formulas and plain words.
 *
 * @param context     what a pixel sees of those before it
 * @param parameters  how many numbers are learned
 */
export function explain(
  { channels, height, width }: ImageShape,
  { head, classes }: Subject,
  context: string,
  parameters: number,
): string {
  const given = classes > 0 ? " | y" : "";
  const also = classes > 0 ? ", y" : "";
  return [
    "Factorisation",
    `  p(x${given}) = Π p(xᵢ | x₁, …, xᵢ₋₁${also}) over the ${height * width} pixels, row by row`,
    ...(channels > 1 ? ["  and within a pixel channel by channel"] : []),
    ...(classes > 0 ? [`  for each of ${classes} classes y`] : []),
    "",
    "Conditional independence",
    `  ${context}`,
    "",
    "Pixel",
    `  ${head.describes}`,
    "",
    "Parameters",
    `  ${parameters.toLocaleString("en")}, shared by all pixels`,
  ].join("\n");
}

/** How many numbers a loss depends on. */
export function learnedBy(loss: (scope: Scope, batch: Batch) => Tensor, data: DataTraits): number {
  const variables = new Variables();
  trace(variables, false, (scope) => loss(scope, batchInputs(data)));
  return variables.list().reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
