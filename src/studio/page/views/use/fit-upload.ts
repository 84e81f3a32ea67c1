import type { SessionInfo } from "../../../engine/engine.js";
import type { Upload } from "../../../engine/upload.js";

type ImageUpload = Extract<Upload, { kind: "images" }>;

/** The first images of an upload in the shape that a model takes: resized by areas, grey or in colour. */
export function fitUpload(
  upload: ImageUpload,
  { channels, height, width, levels }: SessionInfo,
  count: number,
): { pixelsUnit: Float32Array } {
  const { pixels } = upload;
  const size = upload.channels * upload.height * upload.width;
  const taken = Math.min(count, pixels.length / size);
  const white = (upload.levels ?? 256) - 1;
  const out = new Float32Array(taken * channels * height * width);
  let at = 0;
  for (let image = 0; image < taken; image++) {
    const read = (channel: number, y: number, x: number) =>
      pixels[image * size + (channel * upload.height + y) * upload.width + x] / white;
    const value = (channel: number, y: number, x: number) =>
      upload.channels === channels
        ? read(channel, y, x)
        : upload.channels === 1
          ? read(0, y, x)
          : LUMA.reduce((sum, weight, colour) => sum + weight * read(colour, y, x), 0);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const mean = meanOver(
            (row, column) => value(channel, row, column),
            spanOf(y, height, upload.height),
            spanOf(x, width, upload.width),
          );
          out[at++] = levels === 2 ? Number(mean >= 0.5) : mean;
        }
      }
    }
  }
  return { pixelsUnit: out };
}

const LUMA = [0.299, 0.587, 0.114];

/** The pixels of a longer side that one of a shorter covers: at least one. */
function spanOf(at: number, length: number, longer: number): [from: number, to: number] {
  const from = Math.floor((at * longer) / length);
  return [from, Math.max(from + 1, Math.floor(((at + 1) * longer) / length))];
}

function meanOver(
  value: (y: number, x: number) => number,
  [top, bottom]: [number, number],
  [left, right]: [number, number],
): number {
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += value(y, x);
  return sum / ((bottom - top) * (right - left));
}
