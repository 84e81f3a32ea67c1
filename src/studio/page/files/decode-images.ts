import type { Upload } from "../../engine/upload.js";
import { FileProblem } from "./file-problem.js";

/** Most images that a page takes at once, and the longest side of one. */
const MOST_IMAGES = 20_000;
const LONGEST_SIDE = 128;

/** A file with the path that it was dropped with. */
export interface DroppedFile {
  readonly file: File;
  readonly path: string;
}

type ImageUpload = Extract<Upload, { kind: "images" }>;

/**
 * Decodes image files to arrays of one size: that of the first, at most 128 pixels a side; others are cut
 * to it. Folders become classes where there are several.
 *
 * @throws FileProblem naming the file that is no image
 */
export async function decodeImages(files: readonly DroppedFile[]): Promise<ImageUpload> {
  if (files.length > MOST_IMAGES) throw new FileProblem("tooMany", String(MOST_IMAGES));
  const first = await bitmapOf(files[0]);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(first.width, first.height));
  const width = Math.max(1, Math.round(first.width * scale));
  const height = Math.max(1, Math.round(first.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new FileProblem("noCanvas", "");
  const all: Uint8ClampedArray[] = [];
  for (const [at, file] of files.entries()) {
    const bitmap = at === 0 ? first : await bitmapOf(file);
    const cover = Math.max(width / bitmap.width, height / bitmap.height);
    const [w, h] = [bitmap.width * cover, bitmap.height * cover];
    // Transparent parts show white, as on a page.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
    bitmap.close();
    all.push(context.getImageData(0, 0, width, height).data);
  }
  const channels = all.every(isGrey) ? 1 : 3;
  const pixels = planes(all, channels, width * height);
  const classes = classesOf(files);
  const name = files.length === 1 ? files[0].file.name : commonName(files);
  return { kind: "images", name, channels, height, width, pixels, ...(classes && { classes }) };
}

async function bitmapOf({ file, path }: DroppedFile): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new FileProblem("noImage", path);
  }
}

function isGrey(pixels: Uint8ClampedArray): boolean {
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false;
  }
  return true;
}

/** RGBA pixels as [N, C, H, W] bytes. */
function planes(images: readonly Uint8ClampedArray[], channels: 1 | 3, plane: number) {
  const out = new Uint8Array(images.length * channels * plane);
  images.forEach((pixels, image) => {
    for (let channel = 0; channel < channels; channel++) {
      const start = (image * channels + channel) * plane;
      for (let at = 0; at < plane; at++) out[start + at] = pixels[4 * at + channel];
    }
  });
  return out;
}

const folderOf = ({ path }: DroppedFile): string => path.split("/").at(-2) ?? "";

function classesOf(files: readonly DroppedFile[]): ImageUpload["classes"] {
  const names = [...new Set(files.map(folderOf))].sort();
  if (names.length < 2) return undefined;
  return { names, values: Int32Array.from(files, (file) => names.indexOf(folderOf(file))) };
}

const commonName = (files: readonly DroppedFile[]): string =>
  files[0].path.split("/").at(0) ?? "images";
