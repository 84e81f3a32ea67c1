import { ConfigError } from "../errors.js";
import type { LoadedModel } from "../loaded-model.js";

/**
 * The class of each image to be drawn: the given ones in turn, or all that there are.
 *
 * @returns  [count]; zeros for a model that reads no labels
 * @throws ConfigError when classes are given that the model does not know
 */
export function labelsOf(
  { definition, data, model }: LoadedModel,
  count: number,
  given?: readonly number[],
): Int32Array {
  if (!model.conditional) {
    if (given === undefined) return new Int32Array(count);
    throw new ConfigError(`this ${definition.id} was not trained with classes; it takes no labels`);
  }
  const classes = given ?? Array.from({ length: data.classes }, (_, label) => label);
  const unknown = classes.find(
    (label) => !(Number.isInteger(label) && label >= 0 && label < data.classes),
  );
  if (classes.length === 0 || unknown !== undefined) {
    throw new ConfigError(
      `there is no class ${unknown}; this ${definition.id} knows 0 to ${data.classes - 1}`,
    );
  }
  return Int32Array.from({ length: count }, (_, index) => classes[index % classes.length]);
}
