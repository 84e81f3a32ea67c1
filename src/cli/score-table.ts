import type { Score } from "../core/capabilities/score.js";
import type { ImageSet } from "../data/image-set.js";
import { csvText } from "./csv.js";
import { idOf } from "./images.js";

/** The score of one image. */
export interface ImageScore {
  readonly index: number;
  readonly id: string;
  readonly nats: number;
  /** In the unit of the whole score's rate. */
  readonly rate: number;
}

export function scoreRows({ perImage, rate }: Score, images: ImageSet): ImageScore[] {
  return Array.from(perImage, (nats, index) => ({
    index,
    id: idOf(images, index),
    nats,
    rate: nats / rate.divisor,
  }));
}

/** Scores as a table that spreadsheets read. */
export const csvOf = (rows: readonly ImageScore[], { unit }: Score["rate"]): string =>
  csvText([
    ["index", "id", "nats", unit === "bits/dim" ? "bits_per_dim" : "nats_per_token"],
    ...rows.map(({ index, id, nats, rate }) => [index, id, nats, rate]),
  ]);
