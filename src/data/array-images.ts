import type { ImageShape } from "../core/batch.js";
import { DataError } from "../core/errors.js";

/** Pixels of an array file, ready for `arraySet`. */
export interface ArrayImages extends ImageShape {
  readonly pixels: Uint8Array | Float32Array;
  readonly levels?: number;
}

/** An array as a file holds it. */
export interface FileArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number };
  /** True where zeros and ones are the only values the type has. */
  readonly isBool?: boolean;
  readonly bytesEach: number;
  readonly dataOffset: number;
}

/**
 * An array taken for images: `[N, H, W]` or `[N, C, H, W]` with one or three channels, of bytes
 * (0 … 255), booleans, or floats in [0, 1], of which NaN is a missing pixel. Floats that are all 0 or 1
 * are binary images.
 *
 * @param file  named in errors
 * @throws DataError, with the byte offset where a value is to blame, when shape, type or range differ
 */
export function imagesOfArray(array: FileArray, file: string): ArrayImages {
  const shape = imageShape(array.shape, file);
  const { data } = array;
  if (data instanceof Uint8Array) {
    if (array.isBool) {
      refuseOutside(array, file, "a boolean is 0 or 1", (value) => value <= 1);
      return { ...shape, pixels: data, levels: 2 };
    }
    if (!data.some((value) => value > 1) && data.includes(1))
      throw new DataError(
        "bytes are taken for 0 … 255, but these are all 0 or 1; save booleans, or multiply by 255",
        file,
      );
    return { ...shape, pixels: data, levels: 256 };
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new DataError(
      "pixels are bytes (uint8), booleans or floats in [0, 1]; these are other integers",
      file,
    );
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
  return { ...shape, pixels, ...(isBinary && { levels: 2 }) };
}

function imageShape(shape: readonly number[], file: string): ImageShape {
  const [count, ...rest] = shape;
  if (!(rest.length === 2 || rest.length === 3))
    throw new DataError(
      `images are [N, H, W] or [N, C, H, W]; this array is [${shape.join(", ")}]`,
      file,
    );
  const [channels, height, width] = (rest.length === 2 ? [1, ...rest] : rest) as [
    number,
    number,
    number,
  ];
  if (channels !== 1 && channels !== 3)
    throw new DataError(
      `[N, C, H, W] has one or three channels; this array is [${shape.join(", ")}]` +
        (width === 1 || width === 3 ? "; if it is [N, H, W, C], transpose it by (0, 3, 1, 2)" : ""),
      file,
    );
  if (count === 0 || height === 0 || width === 0)
    throw new DataError(`there is no pixel in an array of [${shape.join(", ")}]`, file);
  return { channels, height, width };
}

function refuseOutside(
  { data, bytesEach, dataOffset }: FileArray,
  file: string,
  rule: string,
  allowed: (value: number) => boolean,
): void {
  for (let i = 0; i < data.length; i++)
    if (!allowed(data[i]!))
      throw new DataError(`${rule}; element ${i} is ${data[i]}`, file, dataOffset + i * bytesEach);
}
