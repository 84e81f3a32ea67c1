import type { Annotations } from "../../core/annotations.js";
import { checkRead, type ImageSet } from "../image-set.js";
import type { CacheOptions } from "../named-dataset.js";
import { loadDrawFace } from "./draw-face.js";
import { drawnFaces, faceAttributes, faceGroups } from "./face.js";
import { type PixelFile, readPixelFile } from "./pixel-file.js";

/** Faces to draw at once, to keep the image library's threads busy. */
const AT_ONCE = 32;

/** Which faces to draw. */
export interface AvatarDraw {
  readonly seed: number;
  readonly split: string;
  /** Side of an image in pixels. */
  readonly size: number;
}

/**
 * Draws faces 0 … count − 1 in order, each as [3, size, size] bytes.
 *
 * @throws the signal's reason once it is aborted
 */
export async function* drawAvatars(
  { seed, split, size, count }: AvatarDraw & { readonly count: number },
  { onProgress, signal }: Pick<CacheOptions, "onProgress" | "signal">,
): AsyncGenerator<Uint8Array> {
  const face = drawnFaces(seed, split);
  const draw = await loadDrawFace();
  for (let first = 0; first < count; first += AT_ONCE) {
    signal?.throwIfAborted();
    const length = Math.min(AT_ONCE, count - first);
    yield* await Promise.all(Array.from({ length }, (_, i) => draw(face(first + i), size)));
    onProgress?.({
      what: `drawing avatars, ${split}`,
      unit: "images",
      done: first + length,
      total: count,
    });
  }
}

/** A set that reads faces from a file on demand. */
export function avatarSet(
  { name, seed, split, size }: AvatarDraw & { readonly name: string },
  pixels: PixelFile,
): ImageSet {
  const { count } = pixels;
  const info = {
    name,
    source: name,
    split,
    count,
    channels: 3,
    height: size,
    width: size,
    levels: 256,
    annotations: attributesOf({ seed, split, size }, count),
  };
  return {
    ...info,
    async read(indices, out) {
      checkRead(info, indices, out);
      await readPixelFile(pixels, indices, (bytes, b) => {
        const start = b * bytes.length;
        for (let i = 0; i < bytes.length; i++) out[start + i] = bytes[i] / 255;
      });
    },
  };
}

function attributesOf({ seed, split }: AvatarDraw, count: number): Annotations {
  const face = drawnFaces(seed, split);
  const values = new Float32Array(count * faceAttributes.length);
  for (let index = 0; index < count; index++)
    for (const name of face(index).attributes)
      values[index * faceAttributes.length + faceAttributes.indexOf(name)] = 1;
  return { attributes: { names: faceAttributes, values, oneOf: faceGroups } };
}
