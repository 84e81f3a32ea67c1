import { z } from "zod";
import type { AnnotationTraits } from "../../../core/annotations.js";
import { countUpTo } from "../../../core/config-schema.js";
import type { DrivenSample, DrivenSampleRequest, Host } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import { samplerNames, samplers } from "../samplers/index.js";
import type { Schedule } from "../schedules/index.js";
import { spacedSigmas, spacingNames } from "../spacing.js";
import { type Design, isConditional } from "./design.js";
import { batchNoise, hostDenoiser, unitValues } from "./host-denoiser.js";

/** Settings of the sampler of a model with T steps. */
const samplerOptions = (steps: number) =>
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
    clip: z.boolean().default(true).describe("clips estimates to the range of pixels"),
  });

type Options = z.output<ReturnType<typeof samplerOptions>>;

/** Draws images by one of the samplers. */
export function drivenSample(
  design: Design,
  schedule: Schedule,
  traits: AnnotationTraits,
): DrivenSample {
  return {
    options: samplerOptions(design.config.steps),
    drive: (host, request) => draw(host, request, { design, schedule, traits }),
  };
}

interface Drawing {
  readonly design: Design;
  readonly schedule: Schedule;
  readonly traits: AnnotationTraits;
}

async function draw(
  host: Host,
  request: DrivenSampleRequest,
  { design, schedule, traits }: Drawing,
): Promise<Float32Array> {
  const { sampler, steps, spacing, rho, ...settings } = request.options as Options;
  if (!isConditional(design) && settings.guidance !== 1) {
    throw new ConfigError(
      "ddpm: guidance needs classes or captions, and this model was trained without; train with conditional=true or captioned=true",
    );
  }
  const noise = (name: string, step: number) =>
    batchNoise(design, request, name, step).map((value) => value * request.temperature);
  const images = await samplers[sampler](
    {
      denoise: await hostDenoiser(host, design, traits, request, settings),
      start: noise("start", 0),
      sigmas: spacedSigmas(schedule.sigmas, steps, spacing, rho),
      noise: (step) => noise("step", step),
      onStep: (step) => host.onProgress?.((step + 1) / steps),
    },
    { ...settings, variance: design.config.variance },
  );
  return unitValues(images);
}
