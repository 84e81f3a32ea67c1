import type { ImageShape } from "../core/batch.js";
import { pixelsPerImage } from "../core/batch.js";
import type { Score } from "../core/capabilities/score.js";
import type { ImageSet } from "../data/image-set.js";
import { csvText } from "./csv.js";
import { idOf } from "./images.js";

/** The score of one image. */
export interface ImageScore {
  readonly index: number;
  readonly id: string;
  readonly nats: number;
  readonly bitsPerDim: number;
}

export function scoreRows({ perImage }: Score, images: ImageSet, shape: ImageShape): ImageScore[] {
  const natsABit = pixelsPerImage(shape) * Math.LN2;
  return Array.from(perImage, (nats, index) => ({
    index,
    id: idOf(images, index),
    nats,
    bitsPerDim: nats / natsABit,
  }));
}

/** Scores as a table that spreadsheets read. */
export const csvOf = (rows: readonly ImageScore[]): string =>
  csvText([
    ["index", "id", "nats", "bits_per_dim"],
    ...rows.map(({ index, id, nats, bitsPerDim }) => [index, id, nats, bitsPerDim]),
  ]);
