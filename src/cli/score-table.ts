import type { ImageShape } from "../core/batch.js";
import { pixelsPerImage } from "../core/batch.js";
import type { Score } from "../core/capabilities/score.js";
import type { ImageSet } from "../data/image-set.js";

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
    id: images.ids?.[index] ?? `${images.name}/${images.split}/${index}`,
    nats,
    bitsPerDim: nats / natsABit,
  }));
}

/** Scores as a table that spreadsheets read. */
export function csvOf(rows: readonly ImageScore[]): string {
  const quoted = (text: string) =>
    /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map(({ index, id, nats, bitsPerDim }) =>
    [index, quoted(id), nats, bitsPerDim].join(","),
  );
  return `${["index,id,nats,bits_per_dim", ...lines].join("\n")}\n`;
}
