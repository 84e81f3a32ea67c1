import { z } from "zod";
import type { AnnotationTraits } from "../../../core/annotations.js";
import { countUpTo } from "../../../core/config-schema.js";
import type { Host } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import { samplerNames, samplers } from "../samplers/index.js";
import type { Schedule } from "../schedules/index.js";
import { spacedSigmas, spacingNames } from "../spacing.js";
import { type Design, isConditional } from "./design.js";
import { type DenoisedBatch, type Guidance, hostDenoiser, unitValues } from "./host-denoiser.js";

/** Settings of the sampler of a model with T steps. */
export const samplerOptions = (steps: number) =>
  z.strictObject({
    sampler: z.enum(samplerNames).default("dpmpp-2m").describe("how to get from noise to an image"),
    steps: countUpTo(steps)
      .default(Math.min(20, steps))
      .describe("steps; heun and dpmpp-2s evaluate the network twice in each"),
    spacing: z.enum(spacingNames).default("karras").describe("noise levels of the steps"),
    rho: z.number().positive().default(7).describe("ρ of the karras spacing"),
    eta: z.number().min(0).max(1).default(0).describe("noise of ddim: 1 is as much as ddpm"),
    churn: z.number().min(0).default(0).describe("noise that euler and heun add on the way"),
    guidance: z
      .number()
      .min(0)
      .default(1)
      .describe(
        "weight of the class or caption: 0 ignores it, 1 is the model, more exaggerates it",
      ),
    guidanceFrom: z
      .number()
      .min(0)
      .default(0)
      .describe("noise level σ from which on guidance acts; at lower ones the weight is 1"),
    guidanceTo: z
      .number()
      .min(0)
      .default(0)
      .describe("noise level σ up to which guidance acts; 0 for all"),
    clip: z.boolean().default(true).describe("clips estimates to the range of pixels"),
  });

export type SamplerOptions = z.output<ReturnType<typeof samplerOptions>>;

/** What draws images. */
export interface Drawing {
  readonly design: Design;
  readonly schedule: Schedule;
  readonly traits: AnnotationTraits;
}

/** Where to draw images from. */
interface Beginning {
  /** Step of the schedule to begin at. */
  readonly step: number;
  /** [N] states at the noise level of that step. */
  start(sigma: number): Float64Array;
  /** [N] normal numbers for a step of the sampler, times the temperature. */
  noise(step: number): Float64Array;
}

/**
 * Draws images by one of the samplers.
 *
 * @returns  [size, C, H, W] in [0, 1]
 * @throws ConfigError for guidance of a model that does not know images both with and without a condition
 */
export async function drawImages(
  host: Host,
  batch: DenoisedBatch,
  { step: begin, start, noise }: Beginning,
  { sampler, steps, spacing, rho, ...settings }: SamplerOptions,
  { design, schedule, traits }: Drawing,
): Promise<Float32Array> {
  requireGuidance(design, settings);
  const levels = schedule.sigmas.subarray(0, begin + 1);
  const sigmas = spacedSigmas(levels, Math.min(steps, begin), spacing, rho);
  const images = await samplers[sampler](
    {
      denoise: await hostDenoiser(host, design, traits, batch, settings),
      start: start(sigmas[0]),
      sigmas,
      noise,
      onStep: (step) => host.onProgress?.((step + 1) / (sigmas.length - 1)),
    },
    { ...settings, variance: design.config.variance },
  );
  return unitValues(images);
}

/** @throws ConfigError when the model does not know images both with and without a condition, or nothing is guided */
function requireGuidance(design: Design, { guidance, guidanceFrom, guidanceTo }: Guidance): void {
  if (guidanceTo !== 0 && guidanceTo < guidanceFrom) {
    throw new ConfigError(
      `ddpm: guidanceTo=${guidanceTo} is below guidanceFrom=${guidanceFrom}, so that no noise level is guided`,
    );
  }
  if (guidance === 1) return;
  if (!isConditional(design)) {
    throw new ConfigError(
      "ddpm: guidance needs classes or captions, and this model was trained without; train with conditional=true or captioned=true",
    );
  }
  if (design.config.dropCondition > 0) return;
  throw new ConfigError(
    "ddpm: guidance needs a model that was trained with some classes or captions hidden; train with dropCondition=0.1",
  );
}
