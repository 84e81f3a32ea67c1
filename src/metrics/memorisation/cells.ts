import { stream } from "../../runtime/random.js";
import { chosenFeatures, type Features } from "../features.js";
import { nearestNeighbours } from "../nearest.js";

/** Passes after which cells are taken as they are. */
const PASSES = 50;

/**
 * Divides features into cells by k-means: each image belongs to its nearest centre.
 *
 * @returns  the centres: at most `count`, and no more than there are images
 * @source Lloyd 1982, doi:10.1109/TIT.1982.1056489, begun with images drawn by chance
 */
export function cellsOf(features: Features, count: number, seed: number): Features {
  const order = stream(seed, "metrics/cells").permutation(features.count);
  const centres = chosenFeatures(features, order.subarray(0, Math.min(count, features.count)));
  let cells = nearestCells(features, centres);
  for (let pass = 0; pass < PASSES; pass++) {
    moveToMeans(centres, features, cells);
    const next = nearestCells(features, centres);
    if (next.every((cell, image) => cell === cells[image])) break;
    cells = next;
  }
  return centres;
}

/** [count] number of each image's nearest centre. */
export const nearestCells = (features: Features, centres: Features): Uint32Array =>
  nearestNeighbours(features, centres, 1).nearest;

/** A centre without images stays where it is. */
function moveToMeans(centres: Features, { width, values }: Features, cells: Uint32Array): void {
  const sums = new Float64Array(centres.values.length);
  const counts = new Float64Array(centres.count);
  cells.forEach((cell, image) => {
    counts[cell]++;
    for (let at = 0; at < width; at++) sums[cell * width + at] += values[image * width + at];
  });
  for (let at = 0; at < sums.length; at++) {
    const count = counts[Math.floor(at / width)];
    if (count > 0) centres.values[at] = sums[at] / count;
  }
}
