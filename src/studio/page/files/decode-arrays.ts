import { imagesOfArray } from "../../../data/array-images.js";
import { parseIdx } from "../../../data/idx.js";
import { parseNpy } from "../../../data/parse-npy.js";
import type { Upload } from "../../engine/upload.js";

/**
 * Decodes a `.npy` or IDX file of images.
 *
 * @throws DataError naming what is wrong with it
 */
export function decodeArray(name: string, bytes: Uint8Array): Upload {
  const array = name.endsWith(".npy") ? fromNpy(bytes, name) : fromIdx(bytes, name);
  const { channels, height, width, pixels, levels } = imagesOfArray(array, name);
  const info = { kind: "images", name, channels: channels === 1 ? 1 : 3, height, width } as const;
  const isBytes = pixels instanceof Uint8Array;
  const stored = isBytes
    ? Uint8Array.from(pixels)
    : Uint8Array.from(pixels, (value) => Math.round(255 * value));
  return { ...info, pixels: stored, ...(isBytes && levels !== undefined && { levels }) };
}

function fromNpy(bytes: Uint8Array, name: string) {
  const array = parseNpy(bytes, name);
  const kind =
    array.type === "bool"
      ? ("boolean" as const)
      : array.type.startsWith("float")
        ? ("float" as const)
        : ("integer" as const);
  return { ...array, kind, bytesEach: array.data.BYTES_PER_ELEMENT };
}

function fromIdx(bytes: Uint8Array, name: string) {
  const array = parseIdx(bytes, name);
  const isFloat = array.data instanceof Float32Array || array.data instanceof Float64Array;
  const kind = isFloat ? ("float" as const) : ("integer" as const);
  return { ...array, kind, bytesEach: array.data.BYTES_PER_ELEMENT };
}
