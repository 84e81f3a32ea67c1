import { ConfigError } from "../../core/errors.js";
import { captionAnnotation } from "../../core/text.js";
import { arraySet, type ImageSet } from "../../data/image-set.js";
import { resizeSet } from "../../data/resize.js";
import { uploadSchema } from "../engine/upload.js";

/** What was uploaded, by reference. */
export interface Uploads {
  /** @returns its reference @throws ConfigError, DataError when it is malformed */
  add(id: string, upload: unknown): string;
  /** The images of `upload:ID`; undefined where the name is another's. */
  images(reference: string, size: number | undefined): ImageSet | undefined;
  /** The safetensors bytes of `weights:ID`. */
  weights(reference: string): Uint8Array | undefined;
}

export function uploads(): Uploads {
  const images = new Map<string, ImageSet>();
  const weights = new Map<string, Uint8Array>();
  return {
    add(id, asked) {
      const parsed = uploadSchema.safeParse(asked);
      if (!parsed.success)
        throw new ConfigError(`the upload is malformed: ${parsed.error.issues[0].message}`);
      const upload = parsed.data;
      if (upload.kind === "weights") {
        const reference = `weights:${id}`;
        weights.set(reference, upload.bytes);
        return reference;
      }
      const { name, channels, height, width, pixels, levels = 256 } = upload;
      const { classes, captions } = upload;
      const reference = `upload:${id}`;
      const info = { name, source: name, split: "all", channels, height, width, levels };
      const annotations = {
        ...(classes && { class: classes }),
        ...(captions && { caption: captionAnnotation(captions) }),
      };
      images.set(reference, arraySet({ ...info, annotations }, pixels));
      return reference;
    },
    images(reference, size) {
      const found = images.get(reference);
      if (found === undefined || size === undefined) return found;
      return resizeSet(found, { height: size, width: size, fit: "cover" });
    },
    weights: (reference) => weights.get(reference),
  };
}
