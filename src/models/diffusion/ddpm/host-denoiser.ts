import {
  type AnnotationTraits,
  type AnnotationValues,
  annotationInputs,
} from "../../../core/annotations.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Host } from "../../../core/driven.js";
import { stream } from "../../../runtime/random.js";
import type { HostArray } from "../../../tensor/dtype.js";
import { input } from "../../../tensor/tensor.js";
import { combine } from "../samplers/arithmetic.js";
import type { Denoise } from "../samplers/index.js";
import { withoutCondition } from "./condition.js";
import { denoised } from "./denoiser.js";
import type { Design } from "./design.js";

/** The images whose states a host denoises. */
export interface DenoisedBatch {
  readonly size: number;
  readonly annotations: AnnotationValues;
}

/** How much the condition says. */
export interface Guidance {
  /** Weight of the condition: 1 conditions, 0 ignores it, more exaggerates it. */
  readonly guidance: number;
  /** σ from which on it has this weight; at lower levels it has 1. */
  readonly guidanceFrom: number;
  /** σ up to which it has this weight; 0 for all. */
  readonly guidanceTo: number;
}

export interface DenoiseOptions extends Partial<Guidance> {
  /** Whether to clip estimates to the range of pixels, [−1, 1]. */
  readonly clip: boolean;
}

/**
 * The model's denoiser as a function of values on the host. It computes in float64 outside of the
 * network.
 *
 * @throws the signal's reason once it is aborted
 * @source guidance: Ho & Salimans 2022, arXiv:2207.12598, equation 6, with w + 1 for their weight; from
 *         some levels to others: Kynkäänniemi et al. 2024, arXiv:2404.07724, equation 6
 */
export async function hostDenoiser(
  host: Host,
  design: Design,
  traits: AnnotationTraits,
  { size, annotations }: DenoisedBatch,
  { guidance = 1, guidanceFrom = 0, guidanceTo = 0, clip }: DenoiseOptions,
): Promise<Denoise> {
  const { channels, height, width } = design.image;
  const program = await host.program("denoise", (scope) => {
    const z = input("noisy", ["B", channels, height, width]);
    const sigma = input("sigma", ["B"]);
    const { image, share } = denoised(scope, z, sigma, annotationInputs(traits, "B"), design);
    return { image, ...(share && { share }) };
  });
  const run = async (z: Float64Array, sigma: number, told: AnnotationValues) => {
    host.signal?.throwIfAborted();
    const feeds = {
      noisy: Float32Array.from(z),
      sigma: new Float32Array(size).fill(sigma),
      ...told,
    };
    const { image, share } = await program.run({ state: host.state, feeds, dims: { B: size } });
    return { denoised: float64(image), share: share && float64(share) };
  };
  const untold = { ...annotations, ...withoutCondition(size, design) };
  return async (z, sigma) => {
    const isGuided = sigma >= guidanceFrom && (guidanceTo === 0 || sigma <= guidanceTo);
    const weight = isGuided ? guidance : 1;
    const estimate = await run(z, sigma, weight === 0 ? untold : annotations);
    let { denoised: guided } = estimate;
    if (weight !== 0 && weight !== 1) {
      guided = combine(weight, guided, 1 - weight, (await run(z, sigma, untold)).denoised);
    }
    if (clip) guided = guided.map((value) => Math.min(Math.max(value, -1), 1));
    return { ...estimate, denoised: guided };
  };
}

/** Values that a program computed. */
export const float64 = (values: HostArray): Float64Array =>
  Float64Array.from(values as Float32Array);

/** A batch of images whose noise is keyed by their position within the whole. */
interface Place {
  readonly size: number;
  readonly first: number;
  readonly seed: number;
}

/** Random numbers for the values of a batch's images; an image's do not depend on its batch. */
const batchDraws =
  (distribution: "normal" | "uniform") =>
  (
    { image }: Pick<Design, "image">,
    { size, first, seed }: Place,
    name: string,
    step = 0,
  ): Float64Array => {
    const values = new Float64Array(size * pixelsPerImage(image));
    stream(seed, name, step)[distribution](values, first * pixelsPerImage(image));
    return values;
  };

/** Standard normal numbers. */
export const batchNoise = batchDraws("normal");
/** Uniform numbers in [0, 1). */
export const batchUniforms = batchDraws("uniform");

/** Pixels in [0, 1] as float64 pixels in [−1, 1]. */
export const signedValues = (pixelsUnit: Float32Array): Float64Array =>
  Float64Array.from(pixelsUnit, (value) => 2 * value - 1);

/** Pixels in [−1, 1], clipped, as pixels in [0, 1]. */
export const unitValues = (pixelsSigned: Float64Array): Float32Array =>
  Float32Array.from(pixelsSigned, (value) => Math.min(Math.max((value + 1) / 2, 0), 1));
