import type { AnnotationTraits, AnnotationValues } from "../../../core/annotations.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Capabilities } from "../../../core/capability.js";
import type { Host } from "../../../core/driven.js";
import { signalOf } from "../noise-level.js";
import { heun } from "../samplers/heun.js";
import type { Schedule } from "../schedules/index.js";
import { LARGEST, spacedSigmas } from "../spacing.js";
import type { Design } from "./design.js";
import { hostDenoiser, signedValues, unitValues } from "./host-denoiser.js";

/** Heun steps between an image and its noise. */
const STEPS = 20;

interface Told {
  readonly count: number;
  readonly annotations: AnnotationValues;
}

/**
 * The noise that the probability-flow ODE leads an image to, as its code, and the way back.
 *
 * @source Song et al. 2021, arXiv:2011.13456, section 4.3
 */
export function noiseCodes(
  design: Design,
  schedule: Schedule,
  traits: AnnotationTraits,
): Required<Pick<Capabilities, "encode" | "decode" | "reconstruct">> {
  const steps = Math.min(STEPS, design.config.steps);
  // Noise of the largest level of the ramp is as good as noise alone, and leads back the same way.
  const falling = spacedSigmas(schedule.sigmas, steps, "karras").filter(
    (sigma) => sigma <= LARGEST,
  );
  // An image without noise is taken as one with the least.
  const rising = falling.slice(0, -1).reverse();
  const codeLength = pixelsPerImage(design.image);
  const follow = async (
    host: Host,
    { count, annotations }: Told,
    start: Float64Array,
    sigmas: readonly number[],
    progress: (share: number) => number,
  ) => {
    const batch = { size: count, annotations };
    const denoise = await hostDenoiser(host, design, traits, batch, { clip: true });
    const onStep = (step: number) => host.onProgress?.(progress((step + 1) / sigmas.length));
    const run = { denoise, start, sigmas, onStep, noise: () => new Float64Array(start.length) };
    return heun(run, { eta: 0, churn: 0, variance: "small" });
  };
  const towardsNoise = (host: Host, told: Told, pixelsUnit: Float32Array, ends = 1) => {
    const alpha = signalOf(rising[0]);
    const start = signedValues(pixelsUnit).map((value) => alpha * value);
    return follow(host, told, start, rising, (share) => share * ends);
  };
  return {
    encode: {
      codeLength,
      drive: async (host, batch) =>
        Float32Array.from(await towardsNoise(host, batch, batch.pixelsUnit)),
    },
    decode: {
      codeLength,
      path: "sphere",
      drive: async (host, codes) =>
        unitValues(
          await follow(host, codes, Float64Array.from(codes.values), falling, (share) => share),
        ),
    },
    reconstruct: {
      async drive(host, batch) {
        const noise = await towardsNoise(host, batch, batch.pixelsUnit, 0.5);
        return unitValues(await follow(host, batch, noise, falling, (share) => 0.5 + 0.5 * share));
      },
    },
  };
}
