import { pixelsPerImage } from "../batch.js";
import { UnavailableError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import type { LoadedModel, WorkOptions } from "../loaded-model.js";
import { joinBatches, overImages, toImages, valuesOf } from "./batches.js";

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
  const rows = { ...source, count: Math.min(count, source.count) };
  const batches = overImages(model, rows, options, "preview", (scope, pixelsUnit, annotations) =>
    shown.trace(scope, { pixelsUnit, annotations }),
  );
  const pixelsUnit = await joinBatches(valuesOf(batches));
  const columns = pixelsUnit.length / (rows.count * pixelsPerImage(model.data));
  return { images: toImages(model, pixelsUnit), columns };
}
