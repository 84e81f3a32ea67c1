import type { Stream } from "../../../runtime/random.js";
import { spreadPoints, squaredDistance } from "../../k-means-plus-plus.js";

const ROUNDS = 10;

/**
 * k-means with k-means++ seeding: the nearest of K centres for each point. If there are fewer than K
 * distinct points, some centres have no point.
 *
 * @param points  [N, D]
 * @returns       [N] below `count`
 * @source Lloyd 1982, Least squares quantization in PCM
 */
export function nearestCentres(
  points: Float64Array,
  width: number,
  count: number,
  chance: Stream,
): Uint32Array {
  const centres = firstCentres(points, width, count, chance);
  const nearest = new Uint32Array(points.length / width);
  for (let round = 0; round <= ROUNDS; round++) {
    let moved = 0;
    for (let point = 0; point < nearest.length; point++) {
      let [best, least] = [0, Number.POSITIVE_INFINITY];
      for (let centre = 0; centre < count; centre++) {
        const distance = squaredDistance(points, point, centres, centre, width, least);
        if (distance < least) [best, least] = [centre, distance];
      }
      if (nearest[point] !== best) moved++;
      nearest[point] = best;
    }
    if (round === ROUNDS || (round > 0 && moved === 0)) break;
    moveToMeans(points, width, nearest, centres);
  }
  return nearest;
}

/** [K, D] initial centres; if fewer points differ, the last one is repeated. */
function firstCentres(
  values: Float64Array,
  width: number,
  count: number,
  chance: Stream,
): Float64Array {
  const chosen = spreadPoints({ values, width }, count, chance);
  const centres = new Float64Array(count * width);
  for (let centre = 0; centre < count; centre++) {
    const point = chosen[Math.min(centre, chosen.length - 1)];
    centres.set(values.subarray(point * width, (point + 1) * width), centre * width);
  }
  return centres;
}

function moveToMeans(
  points: Float64Array,
  width: number,
  nearest: Uint32Array,
  centres: Float64Array,
): void {
  const counts = new Uint32Array(centres.length / width);
  for (const centre of nearest) counts[centre]++;
  counts.forEach((count, centre) => {
    if (count > 0) centres.fill(0, centre * width, (centre + 1) * width);
  });
  nearest.forEach((centre, point) => {
    for (let at = 0; at < width; at++) {
      centres[centre * width + at] += points[point * width + at] / counts[centre];
    }
  });
}
