import { pixelsPerImage } from "../batch.js";
import { UnavailableError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import { batchInputs } from "../state.js";
import { batchSizeOf, imageFeeds, joinBatches, runInBatches, toImages } from "./batches.js";

/** Pictures in rows. */
export interface Rows {
  readonly images: Images;
  /** Pictures per row. */
  readonly columns: number;
}

/**
 * Draws a row of pictures per image, to show a model that does not sample.
 *
 * @param source  shows the first `count` of these images
 * @throws UnavailableError when the model has no preview
 */
export async function preview(
  model: LoadedModel,
  source: ImageSource,
  {
    count = 16,
    ...options
  }: WorkOptions & { readonly count?: number; readonly seed?: number } = {},
): Promise<Rows> {
  const shown = model.model.preview;
  if (shown === undefined) throw new UnavailableError(`${model.definition.id} has no preview`);
  const program = await model.program("preview", (scope) => ({
    pixelsUnit: shown.trace(scope, batchInputs(model.data)),
  }));
  const rows = Math.min(count, source.count);
  const run = {
    batchSize: batchSizeOf(program),
    ...options,
    count: rows,
    feeds: imageFeeds(model, program, source),
  };
  const pixelsUnit = await joinBatches(runInBatches(model, program, run));
  const columns = pixelsUnit.length / (rows * pixelsPerImage(model.data));
  return { images: toImages(model, pixelsUnit), columns };
}
