import { z } from "zod";
import type { DataTraits } from "../core/batch.js";
import { ConfigError } from "../core/errors.js";
import type { CaptionTraits } from "../core/text.js";

/** The setting of a model that can learn p(image | caption). */
export const captioned = z
  .boolean()
  .default(false)
  .describe("learn the caption of each image, and draw images of a caption");

/**
 * The captions that a model is conditioned on; undefined where it is not.
 *
 * @throws ConfigError when it is to be conditional and the images have no captions
 */
export function captionsFor(
  id: string,
  config: { readonly captioned: boolean },
  { annotations }: Pick<DataTraits, "annotations">,
): CaptionTraits | undefined {
  if (!config.captioned) return undefined;
  if (annotations.caption !== undefined) return annotations.caption;
  throw new ConfigError(`${id}: captioned=true needs images with captions, but these have none`);
}
