import type { Host, HostBatch, ReconstructRequest } from "../../../core/driven.js";
import { noiseOf, signalOf } from "../noise-level.js";
import { combine } from "../samplers/arithmetic.js";
import { type Drawing, drawImages, type SamplerOptions } from "./draw.js";
import { batchNoise, signedValues } from "./host-denoiser.js";

interface EditOptions extends SamplerOptions {
  /** Share of the schedule's steps to take towards noise, in (0, 1]. */
  readonly from: number;
}

/**
 * Takes images part of the way to noise and draws them again from there: the further, the less of an image
 * is left.
 *
 * @returns  [count, C, H, W] in [0, 1]
 * @source Meng et al. 2022, arXiv:2108.01073, algorithm 1
 */
export function edited(
  host: Host,
  { count: size, pixelsUnit, annotations }: HostBatch,
  { first, seed }: Pick<ReconstructRequest, "first" | "seed">,
  { from, ...options }: EditOptions,
  drawing: Drawing,
): Promise<Float32Array> {
  const { design } = drawing;
  const noise = (name: string, step = 0) => batchNoise(design, { size, first, seed }, name, step);
  const beginning = {
    step: Math.max(1, Math.round(from * design.config.steps)),
    start: (sigma: number) =>
      combine(signalOf(sigma), signedValues(pixelsUnit), noiseOf(sigma), noise("start")),
    noise: (step: number) => noise("step", step),
  };
  return drawImages(host, { size, annotations }, beginning, options, drawing);
}
