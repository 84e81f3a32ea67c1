import type { Upload } from "../../engine/upload.js";
import { type DroppedFile, decodeImages } from "./decode-images.js";
import { FileProblem } from "./file-problem.js";

const IS_IMAGE = /\.(png|jpe?g|webp|gif|bmp|avif)$/i;
const IS_ARRAY = /(\.npy|idx\d?-ubyte)$/i;

/**
 * Reads what was dropped: images, one array of images, or the weights of a model.
 *
 * @throws FileProblem, DataError when it is something else, or damaged
 */
export async function readUpload(files: readonly DroppedFile[]): Promise<Upload> {
  const [first] = files;
  if (first === undefined) throw new FileProblem("nothing", "");
  const { name } = first.file;
  if (files.length === 1 && name.endsWith(".safetensors")) {
    return { kind: "weights", name, bytes: new Uint8Array(await first.file.arrayBuffer()) };
  }
  if (files.length === 1 && IS_ARRAY.test(name)) {
    const { decodeArray } = await import("./decode-arrays.js");
    return decodeArray(name, new Uint8Array(await first.file.arrayBuffer()));
  }
  const images = files.filter(({ file }) => IS_IMAGE.test(file.name));
  if (images.length === 0) throw new FileProblem("nothing", name);
  return decodeImages(images);
}
