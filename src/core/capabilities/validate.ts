import { ConfigError } from "../errors.js";
import type { ImageSource } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import type { Model, Validation } from "../model.js";
import { overImages } from "./batches.js";
import { score } from "./score.js";

/** The metric that compares weights of a model. */
export type Judge = Pick<Validation, "metric" | "better">;

/**
 * Picks the best weights by the model's validation, else by its score; undefined where it has
 * neither.
 */
export function judgeOf({ validate, capabilities }: Model): Judge | undefined {
  if (validate !== undefined) return { metric: validate.metric, better: validate.better };
  return capabilities.score && { metric: "nllNats", better: "lower" };
}

/**
 * The mean over images of the metric that {@link judgeOf} names.
 *
 * @throws ConfigError when the model has no such metric, or there are no images
 */
export async function validate(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions & { readonly seed?: number } = {},
): Promise<number> {
  const { validate: own } = model.model;
  if (own === undefined) {
    if (model.model.capabilities.score === undefined) {
      throw new ConfigError(`${model.definition.id} has no metric to validate it with`);
    }
    return (await score(model, source, { ...options, preview: true })).value;
  }
  const batches = overImages(model, source, options, "validate", (scope, pixelsUnit, annotations) =>
    own.trace(scope, { pixelsUnit, annotations }),
  );
  let sum = 0;
  for await (const { values } of batches) {
    sum += values.reduce((total, value) => total + value, 0);
  }
  return sum / source.count;
}

/** The figures of all images together that a model counts beside its validation; none where it has no census. */
export async function census(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions & { readonly seed?: number } = {},
): Promise<Readonly<Record<string, number>>> {
  const { census: own } = model.model;
  if (own === undefined) return {};
  const batches = overImages(model, source, options, "census", (scope, pixelsUnit, annotations) =>
    own.trace(scope, { pixelsUnit, annotations }),
  );
  const count = own.begin();
  for await (const batch of batches) count.add(batch.values, batch.count);
  return count.result();
}
