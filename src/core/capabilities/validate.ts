import { ConfigError } from "../errors.js";
import type { ImageSource } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import type { Validation } from "../model.js";
import { batchInputs } from "../state.js";
import { batchSizeOf, imageFeeds, requireCount, runInBatches } from "./batches.js";
import { score } from "./score.js";

/** The metric that compares weights of a model. */
export type Judge = Pick<Validation, "metric" | "better">;

/**
 * Picks the best weights by the model's validation, else by its score; undefined where it has
 * neither.
 */
export function judgeOf({ model }: Pick<LoadedModel, "model">): Judge | undefined {
  const { validate, capabilities } = model;
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
  requireCount("the number of images", source.count);
  const program = await model.program("validate", (scope) => ({
    values: own.trace(scope, batchInputs(model.data)),
  }));
  const run = {
    batchSize: batchSizeOf(program),
    ...options,
    count: source.count,
    feeds: imageFeeds(model, program, source),
  };
  let sum = 0;
  for await (const values of runInBatches(model, program, run)) {
    sum += values.reduce((total, value) => total + value, 0);
  }
  return sum / source.count;
}
