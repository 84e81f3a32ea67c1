import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";
import type { OnNote } from "./notes.js";

/** Pixels of an array file, ready for `arraySet`. */
export interface ArrayImages extends ImageShape {
  readonly pixels: Uint8Array | Float32Array;
  readonly levels?: number;
}

/** An array as a file holds it. */
export interface FileArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number };
  readonly kind: "boolean" | "integer" | "float";
  /** Of an element, in the file. */
  readonly bytesEach: number;
  readonly dataOffset: number;
}

/**
 * An array taken for images: `[N, H, W]` or `[N, C, H, W]` with one or three channels, of booleans,
 * integers of any width (0 … 255), or floats in [0, 1], of which NaN is a missing pixel. Floats that
 * are all 0 or 1 are binary images; so are integers, of which `onNote` is told.
 *
 * @param file  named in errors
 * @throws DataError, with the byte offset where a value is to blame, when shape, type or range differ
 */
export function imagesOfArray(array: FileArray, file: string, onNote?: OnNote): ArrayImages {
  const shape = imageShape(array.shape, file);
  switch (array.kind) {
    case "boolean":
      refuseOutside(array, file, "a boolean is 0 or 1", (value) => value === 0 || value === 1);
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
    refuseOutside(array, file, "integers are pixels of 0 … 255", isByte);
  }
  const pixels = data instanceof Uint8Array ? data : Uint8Array.from(data);
  if (!pixels.includes(1) || pixels.some((value) => value > 1)) return { pixels, levels: 256 };
  onNote?.(
    `${file}: all values are 0 or 1, so they are taken for black and white, not for 0 … 255`,
  );
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
    "pixels are in [0, 1], or NaN where they are missing",
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
      `images are [N, H, W] or [N, C, H, W]; this array is ${written(shape)}`,
      file,
    );
  }
  const [channels, height, width] = rest.length === 2 ? [1, ...rest] : rest;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(
      `[N, C, H, W] has one or three channels; this array is ${written(shape)}` +
        (width === 1 || width === 3 ? "; if it is [N, H, W, C], transpose it by (0, 3, 1, 2)" : ""),
      file,
    );
  }
  if (count === 0 || height === 0 || width === 0) {
    throw new DataError(`there is no pixel in an array of ${written(shape)}`, file);
  }
  return { channels, height, width };
}

const MOST_AXES = 8;

/** A shape for a message; the first axes of many. */
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
