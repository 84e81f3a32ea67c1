import type { z } from "zod";
import { UnavailableError } from "../../../core/errors.js";
import type { Images } from "../../../core/images.js";
import type { LoadedModel } from "../../../core/loaded-model.js";
import type { ImageSet } from "../../../data/image-set.js";

/** The model that is asked, and the images that it learns from. */
export interface Subject {
  readonly model: LoadedModel;
  /** Images to show it; undefined for a run whose data is not here. */
  readonly images: ImageSet | undefined;
  readonly signal?: AbortSignal;
}

/** One thing that can be asked of a model: a row of the table in `index.ts`. */
export interface Question<S extends z.ZodType, R> {
  /** Whether this model can answer it. */
  can(model: Pick<LoadedModel, "model" | "data">): boolean;
  /** The request, which anybody may have sent. */
  readonly request: S;
  answer(subject: Subject, request: z.output<S>): Promise<R>;
}

export const question = <S extends z.ZodType, R>(row: Question<S, R>): Question<S, R> => row;

/** Pictures on their way to the page. */
export interface Pictures {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly count: number;
  /** [count, C, H, W] in [0, 1] */
  readonly pixelsUnit: Float32Array;
  /** Pictures per row, where they belong in rows. */
  readonly columns?: number;
}

export function picturesOf(images: Images, columns?: number): Pictures {
  const { channels, height, width, count, pixelsUnit } = images;
  return { channels, height, width, count, pixelsUnit, ...(columns !== undefined && { columns }) };
}

/** @throws UnavailableError when the data of a run is not here */
export function requireImages({ images, model }: Subject): ImageSet {
  if (images !== undefined) return images;
  throw new UnavailableError(
    `the images that this ${model.definition.id} learned from are not here: drop images of your own`,
  );
}
