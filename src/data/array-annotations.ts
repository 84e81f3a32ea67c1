import { z } from "zod";
import type { Annotations } from "../core/annotations.js";
import { DataError } from "../core/errors.js";
import { captionAnnotation } from "../core/text.js";
import { readText } from "./annotation-file.js";
import { exists } from "./exists.js";
import type { SetInfo } from "./image-set.js";

const arrayAnnotations = z.strictObject({
  /** Values of a pixel, which are then 0 … levels − 1. */
  levels: z.int().min(2).max(256).exactOptional(),
  /** The class of each image, as an index into the names. */
  classes: z
    .strictObject({
      names: z.array(z.string()).min(1).max(65_536),
      values: z.array(z.int().min(0).max(65_535)),
    })
    .exactOptional(),
  /** A caption for each image. */
  captions: z.array(z.string()).min(1).exactOptional(),
});

/** What an array of images cannot say of them itself, in the order of its images. */
export type ArrayAnnotations = z.output<typeof arrayAnnotations>;

/** The file that annotates a `.npy`: `faces.json` beside `faces.npy`. */
export const annotationFileOf = (array: string) => array.replace(/\.npy(\.gz)?$/, ".json");

/**
 * Reads the annotations beside a `.npy`, if there are any. That they are as many as the images is for
 * `arraySet` to check.
 *
 * @throws DataError when the file is no JSON, has other keys, or a caption has no words or too many
 */
export async function annotationsBeside(
  array: string,
): Promise<Pick<SetInfo, "levels" | "annotations">> {
  const file = annotationFileOf(array);
  if (!(await exists(file))) return {};
  const { levels, classes, captions } = parse(await readText(file), file);
  if (classes === undefined && captions === undefined) return { ...(levels && { levels }) };
  const annotations: Annotations = {
    ...(classes && { class: { ...classes, values: Int32Array.from(classes.values) } }),
    ...(captions && { caption: captioned(captions, file) }),
  };
  return { ...(levels && { levels }), annotations };
}

function parse(text: string, file: string): ArrayAnnotations {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(`this is not JSON: ${(error as Error).message}`, file);
  }
  const parsed = arrayAnnotations.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new DataError(path.length > 0 ? `${path.join(".")}: ${message}` : message, file);
}

function captioned(captions: readonly string[], file: string) {
  try {
    return captionAnnotation(captions);
  } catch (error) {
    throw new DataError((error as Error).message, file);
  }
}
