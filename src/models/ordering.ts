import type { ImageShape } from "../core/batch.js";
import { UnavailableError } from "../core/errors.js";
import { stream } from "../runtime/random.js";

/** Orders in which to visit the pixels of an image. */
export const orderingNames = ["raster", "column", "diagonal", "random"] as const;

export type OrderingName = (typeof orderingNames)[number];

/**
 * The order of a chain rule: a permutation of an image's D = C·H·W variables, numbered as in [C, H, W],
 * and its inverse. The channels of a pixel are consecutive.
 */
export interface Ordering {
  readonly name: OrderingName;
  /** [D]: the variable at each place. */
  readonly sequence: Uint32Array;
  /** [D]: the place of each variable. */
  readonly rank: Uint32Array;
}

/**
 * An ordering of an image's variables: row by row, column by column, along the diagonals from the upper
 * left corner (each starting at its upper right end), or random from a seed.
 */
export function orderingOf(name: OrderingName, image: ImageShape, seed = 0): Ordering {
  const { channels, height, width } = image;
  const pixels = pixelSequence(name, image, seed);
  const sequence = new Uint32Array(pixels.length * channels);
  const rank = new Uint32Array(sequence.length);
  pixels.forEach((pixel, position) => {
    for (let channel = 0; channel < channels; channel++) {
      const place = position * channels + channel;
      const variable = channel * height * width + pixel;
      sequence[place] = variable;
      rank[variable] = place;
    }
  });
  return { name, sequence, rank };
}

/** The pixels of an image, row · W + column, in order. */
function pixelSequence(
  name: OrderingName,
  { height, width }: ImageShape,
  seed: number,
): readonly number[] {
  const raster = Array.from({ length: height * width }, (_, pixel) => pixel);
  const row = (pixel: number) => Math.floor(pixel / width);
  const column = (pixel: number) => pixel % width;
  switch (name) {
    case "raster":
      return raster;
    case "column":
      return raster.sort((a, b) => column(a) - column(b) || a - b);
    case "diagonal":
      return raster.sort((a, b) => row(a) + column(a) - (row(b) + column(b)) || a - b);
    case "random":
      return [...stream(seed, "ordering").permutation(height * width)];
  }
}

/**
 * Checks that no given pixel comes after a missing one, because the chain rule cannot condition on later
 * pixels.
 *
 * @param known  [H·W] 1 for a pixel that is given in all its channels
 * @throws UnavailableError naming a suitable ordering, if there is one
 */
export function requireLeading(ordering: Ordering, known: Uint8Array, image: ImageShape): void {
  if (comeFirst(ordering, known)) return;
  const fixed = orderingNames.filter((name) => name !== "random");
  const fitting = fixed.filter((name) => comeFirst(orderingOf(name, image), known));
  const remedy =
    fitting.length > 0
      ? `a model trained with the ordering ${fitting.join(" or ")} could complete it`
      : `none of ${fixed.join(", ")} has the given pixels first; give other pixels`;
  throw new UnavailableError(
    `pixels are missing before given ones in the model's ${ordering.name} ordering; ${remedy}`,
  );
}

function comeFirst({ sequence }: Ordering, known: Uint8Array): boolean {
  const isGiven = (variable: number) => known[variable % known.length] === 1;
  const firstMissing = sequence.findIndex((variable) => !isGiven(variable));
  return firstMissing < 0 || !sequence.subarray(firstMissing).some(isGiven);
}
