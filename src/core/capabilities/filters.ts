import type { Images } from "../images.js";
import { type LoadedModel, requireCapability } from "../loaded-model.js";
import { hostOf, toImages } from "./batches.js";

/**
 * The patterns that a model's units respond to, as images where ½ is neutral.
 *
 * @throws UnavailableError when the model has no units that see whole images
 */
export async function filters(model: LoadedModel): Promise<Images> {
  const drawn = await requireCapability(model, "filters")(hostOf(model));
  return toImages(model, drawn);
}
