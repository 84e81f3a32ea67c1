import type { Stream } from "../../../runtime/random.js";

const ROUNDS = 10;

/**
 * k-means: the nearest of K centres for each point, after some rounds from a start by k-means++. Points
 * of fewer than K distinct values leave centres without a point.
 *
 * @param points  [N, D]
 * @returns       [N] below `count`
 * @source Arthur & Vassilvitskii 2007, doi:10.5555/1283383.1283494; Lloyd 1982
 */
export function nearestCentres(
  points: Float64Array,
  width: number,
  count: number,
  chance: Stream,
): Uint32Array {
  const centres = spreadCentres(points, width, count, chance);
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

/** Points, each drawn with a probability that grows with the squared distance from those before. */
function spreadCentres(
  points: Float64Array,
  width: number,
  count: number,
  chance: Stream,
): Float64Array {
  const total = points.length / width;
  const centres = new Float64Array(count * width);
  const away = new Float64Array(total).fill(1);
  const draws = new Float64Array(count);
  chance.uniform(draws);
  for (let centre = 0; centre < count; centre++) {
    const chosen = pick(away, draws[centre]);
    centres.set(points.subarray(chosen * width, (chosen + 1) * width), centre * width);
    for (let point = 0; point < total; point++) {
      const most = centre === 0 ? Number.POSITIVE_INFINITY : away[point];
      away[point] = Math.min(most, squaredDistance(points, point, centres, centre, width, most));
    }
  }
  return centres;
}

/** An index drawn in proportion to weights; the first where all are 0. */
function pick(weights: Float64Array, uniform: number): number {
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (let index = 0; index < weights.length; index++) {
    left -= weights[index];
    if (left < 0) return index;
  }
  return 0;
}

/** Stops counting above `most`. */
function squaredDistance(
  points: Float64Array,
  point: number,
  centres: Float64Array,
  centre: number,
  width: number,
  most: number,
): number {
  let distance = 0;
  const [a, b] = [point * width, centre * width];
  for (let at = 0; at < width && distance < most; at++) {
    distance += (points[a + at] - centres[b + at]) ** 2;
  }
  return distance;
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
