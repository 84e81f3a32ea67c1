import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { encodeCaption } from "../../../core/text.js";

/**
 * Names of classes as captions, for a model that knows captions with such words.
 *
 * @returns  [K, T]; undefined where images have no classes, or a name has a word that captions lack
 */
export function classCaptions({ annotations }: DataTraits): readonly Int32Array[] | undefined {
  const { class: classes, caption } = annotations;
  if (classes === undefined || caption === undefined) return undefined;
  try {
    return classes.names.map((name) => encodeCaption(name, caption));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
