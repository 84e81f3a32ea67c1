import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import type { OnNote } from "./notes.js";

/** Pixels of an array file, ready for `arraySet`. */
export interface ArrayImages extends ImageShape {
  readonly pixels: Uint8Array | Float32Array;
  readonly levels?: number;
}

/** An array from a file. */
export interface FileArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number };
  readonly kind: "boolean" | "integer" | "float";
  /** Bytes per element in the file. */
  readonly bytesEach: number;
  readonly dataOffset: number;
}

/**
 * Interprets an array as images: `[N, H, W]` or `[N, C, H, W]` with one or three channels, of
 * booleans, integers of any width (0 … 255), or floats in [0, 1], where NaN is a missing pixel.
 * Floats that are all 0 or 1 are binary images, and so are integers, with a note to `onNote`.
 *
 * @param file  named in errors
 * @throws DataError, with the byte offset of a wrong value, when shape, type or range do not fit
 */
export function imagesOfArray(array: FileArray, file: string, onNote?: OnNote): ArrayImages {
  const shape = imageShape(array.shape, file);
  switch (array.kind) {
    case "boolean":
      refuseOutside(array, file, "a boolean must be 0 or 1", (value) => value === 0 || value === 1);
      return { ...shape, pixels: Uint8Array.from(array.data), levels: 2 };
    case "integer":
      return { ...shape, ...integerPixels(array, file, onNote) };
    case "float":
      return { ...shape, ...floatPixels(array, file) };
  }
}

function integerPixels(array: FileArray, file: string, onNote: OnNote | undefined) {
  const { data } = array;
  if (!(data instanceof Uint8Array)) {
    const isByte = (value: number) => value >= 0 && value <= 255;
    refuseOutside(array, file, "integer pixels must be 0 … 255", isByte);
  }
  const pixels = data instanceof Uint8Array ? data : Uint8Array.from(data);
  if (!pixels.includes(1) || pixels.some((value) => value > 1)) return { pixels, levels: 256 };
  onNote?.(`${file}: all values are 0 or 1, so they are read as black and white, not as 0 … 255`);
  return { pixels, levels: 2 };
}

function floatPixels(array: FileArray, file: string) {
  const values = array.data;
  const isFloat = values instanceof Float32Array || values instanceof Float64Array;
  const data = isFloat ? values : Float64Array.from(values);
  const isMissing = (value: number) => Number.isNaN(value);
  refuseOutside(
    array,
    file,
    "pixels must be in [0, 1], or NaN where missing",
    (value) => (value >= 0 && value <= 1) || isMissing(value),
  );
  if (data.every(isMissing)) throw new DataError("every pixel is missing (NaN)", file);
  const isBinary = data.every((value: number) => value === 0 || value === 1 || isMissing(value));
  const pixels = data instanceof Float32Array ? data : Float32Array.from(data);
  return { pixels, ...(isBinary && { levels: 2 }) };
}

function imageShape(shape: readonly number[], file: string): ImageShape {
  const [count, ...rest] = shape;
  if (!(rest.length === 2 || rest.length === 3)) {
    throw new DataError(
      `images must be [N, H, W] or [N, C, H, W]; this array is ${written(shape)}`,
      file,
    );
  }
  const [channels, height, width] = rest.length === 2 ? [1, ...rest] : rest;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(
      `[N, C, H, W] must have one or three channels; this array is ${written(shape)}` +
        (width === 1 || width === 3 ? "; if it is [N, H, W, C], transpose it by (0, 3, 1, 2)" : ""),
      file,
    );
  }
  if (count === 0 || height === 0 || width === 0) {
    throw new DataError(`an array of ${written(shape)} has no pixels`, file);
  }
  return { channels, height, width };
}

const MOST_AXES = 8;

/** A shape for a message; only the first axes where there are many. */
const written = (shape: readonly number[]) =>
  `[${shape.slice(0, MOST_AXES).join(", ")}${shape.length > MOST_AXES ? `, … ${shape.length} axes` : ""}]`;

function refuseOutside(
  { data, bytesEach, dataOffset }: FileArray,
  file: string,
  rule: string,
  allowed: (value: number) => boolean,
): void {
  for (let i = 0; i < data.length; i++) {
    if (!allowed(data[i])) {
      throw new DataError(`${rule}; element ${i} is ${data[i]}`, file, dataOffset + i * bytesEach);
    }
  }
}
