import { pixelsPerImage } from "../../../core/batch.js";
import type { ChainRequest, DrivenChain, Host } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import { noiseOf, signalOf } from "../noise-level.js";
import { combine } from "../samplers/arithmetic.js";
import { ddpm } from "../samplers/ddpm.js";
import { spacedSigmas } from "../spacing.js";
import type { Drawing } from "./draw.js";
import { batchNoise, hostDenoiser, signedValues, unitValues } from "./host-denoiser.js";

/**
 * Shows the way from noise to an image by ancestral sampling, or from a start image to noise: the states
 * themselves as draws, or the estimates of the image that the model makes of them.
 */
export function drivenChain(drawing: Drawing): DrivenChain {
  const { design } = drawing;
  return {
    drive(host, request) {
      const steps = request.frames * request.every;
      if (steps > design.config.steps) {
        throw new ConfigError(
          `ddpm takes ${design.config.steps} steps from noise to an image, not ${request.frames} frames of ${request.every} steps; show fewer frames or leave out fewer steps`,
        );
      }
      return request.start === undefined
        ? towardsImage(host, request, drawing)
        : towardsNoise(host, request, request.start, drawing);
    },
  };
}

async function towardsImage(
  host: Host,
  request: ChainRequest,
  { design, schedule, traits }: Drawing,
): Promise<Float32Array> {
  const { frames, every, temperature, draw } = request;
  const steps = frames * every;
  const strips = new Strips(request, pixelsPerImage(design.image));
  const noise = (name: string, step: number) =>
    batchNoise(design, request, name, step).map((value) => value * temperature);
  const images = await ddpm(
    {
      denoise: await hostDenoiser(host, design, traits, request, { clip: true }),
      start: noise("start", 0),
      sigmas: spacedSigmas(schedule.sigmas, steps, "trailing"),
      noise: (step) => noise("step", step),
      onStep(step, z, denoised) {
        if (step % every === 0) strips.set(step / every, draw ? z : denoised);
        host.onProgress?.((step + 1) / steps);
      },
    },
    { eta: 0, churn: 0, variance: design.config.variance },
  );
  strips.set(frames - 1, images);
  return strips.pixelsUnit;
}

async function towardsNoise(
  host: Host,
  request: ChainRequest,
  start: Float32Array,
  { design, schedule, traits }: Drawing,
): Promise<Float32Array> {
  const { frames, every, temperature, draw } = request;
  const sigmas = spacedSigmas(schedule.sigmas, frames * every, "trailing").reverse();
  const strips = new Strips(request, pixelsPerImage(design.image));
  const denoise = await hostDenoiser(host, design, traits, request, { clip: true });
  const x0 = signedValues(start);
  const eps = batchNoise(design, request, "start").map((value) => value * temperature);
  strips.set(0, x0);
  for (let frame = 1; frame < frames; frame++) {
    const sigma = sigmas[(frame + 1) * every];
    const z = combine(signalOf(sigma), x0, noiseOf(sigma), eps);
    strips.set(frame, draw ? z : (await denoise(z, sigma)).denoised);
    host.onProgress?.((frame + 1) / frames);
  }
  return strips.pixelsUnit;
}

/** [size, frames, …] pictures in [0, 1], filled frame by frame. */
class Strips {
  readonly pixelsUnit: Float32Array;

  constructor(
    private readonly request: Pick<ChainRequest, "size" | "frames">,
    private readonly length: number,
  ) {
    this.pixelsUnit = new Float32Array(request.size * request.frames * length);
  }

  /** @param values  [size, …] of one frame, in [−1, 1] or beyond */
  set(frame: number, values: Float64Array): void {
    const { size, frames } = this.request;
    const pictures = unitValues(values);
    for (let image = 0; image < size; image++) {
      const picture = pictures.subarray(image * this.length, (image + 1) * this.length);
      this.pixelsUnit.set(picture, (image * frames + frame) * this.length);
    }
  }
}
