import { realness } from "../core/capabilities/realness.js";
import type { LoadedModel, WorkOptions } from "../core/loaded-model.js";
import { arraySet, type ImageSet } from "../data/image-set.js";
import type { PlanarDensity } from "../data/planar/density.js";
import {
  type DiscriminatorGap,
  discriminatorGap,
  type JudgedPoints,
} from "../metrics/planar/discriminator.js";
import { kernelDensity } from "../metrics/planar/kernel-density.js";

/** A discriminator beside the optimal one. */
export interface AgainstOptimal extends DiscriminatorGap {
  /** Standard deviation of the kernels that the generator's density was estimated with. */
  readonly bandwidth: number;
}

/** [N, 2] points of the data, and as many of the generator. */
export interface ComparedPoints {
  readonly real: Float64Array;
  readonly drawn: Float64Array;
}

/** Bandwidths of the kernel density, in standard deviations of the data's noise. */
const BANDWIDTHS = [0.25, 0.5, 1, 2, 4, 8];

/**
 * Compares a discriminator with p / (p + q), where q is a kernel density of the draws.
 *
 * @throws UnavailableError when the model has no discriminator that judges single points
 */
export async function againstOptimal(
  model: LoadedModel,
  density: PlanarDensity,
  { real, drawn }: ComparedPoints,
  work: WorkOptions = {},
): Promise<AgainstOptimal> {
  const q = kernelDensity(
    drawn,
    BANDWIDTHS.map((times) => times * density.sigma),
  );
  const judged = async (points: Float64Array, logModel: Float64Array): Promise<JudgedPoints> => ({
    logits: await realness(model, imagesAt(density, points), work),
    logData: alongPoints(points, (x, y) => density.logDensity([x, y])),
    logModel,
  });
  const gap = discriminatorGap(
    await judged(real, alongPoints(real, q.at)),
    await judged(drawn, q.atPoints),
  );
  return { ...gap, bandwidth: q.bandwidth };
}

const alongPoints = (points: Float64Array, value: (x: number, y: number) => number) =>
  Float64Array.from({ length: points.length / 2 }, (_, at) =>
    value(points[2 * at], points[2 * at + 1]),
  );

/** Points of the plane as images of 1×1×2. */
export function imagesAt({ name, window }: PlanarDensity, points: Float64Array): ImageSet {
  const { left, bottom, side } = window;
  const pixels = Float32Array.from(
    points,
    (value, at) => (value - (at % 2 === 0 ? left : bottom)) / side,
  );
  const info = { name, source: name, split: "all", channels: 1, height: 1, width: 2 };
  return arraySet(info, pixels);
}
