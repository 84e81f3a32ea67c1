import { z } from "zod";
import type { AnnotationValues } from "../../../core/annotations.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Capabilities } from "../../../core/capability.js";
import type { Host } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import { signalOf } from "../noise-level.js";
import { heun } from "../samplers/heun.js";
import { LARGEST, spacedSigmas } from "../spacing.js";
import { type Drawing, type SamplerOptions, samplerOptions } from "./draw.js";
import { edited } from "./edit.js";
import { hostDenoiser, signedValues, unitValues } from "./host-denoiser.js";

/** Heun steps between an image and its noise, unless a reconstruction is told otherwise. */
const STEPS = 20;
const FEWEST_STEPS = 4;

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
  drawing: Drawing,
): Required<Pick<Capabilities, "encode" | "decode" | "reconstruct">> {
  const { design, schedule, traits } = drawing;
  const codeLength = pixelsPerImage(design.image);
  // Noise of the largest level of the ramp is as good as noise alone, and leads back the same way.
  const falling = (steps: number) =>
    spacedSigmas(schedule.sigmas, Math.min(steps, design.config.steps), "karras").filter(
      (sigma) => sigma <= LARGEST,
    );
  // An image without noise is taken as one with the least.
  const rising = (steps: number) => falling(steps).slice(0, -1).reverse();
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
  const towardsNoise = (
    host: Host,
    told: Told & { readonly pixelsUnit: Float32Array },
    steps: number,
    ends = 1,
  ) => {
    const sigmas = rising(steps);
    const alpha = signalOf(sigmas[0]);
    const start = signedValues(told.pixelsUnit).map((value) => alpha * value);
    return follow(host, told, start, sigmas, (share) => share * ends);
  };
  const options = reconstructOptions(design.config.steps);
  return {
    encode: {
      codeLength,
      drive: async (host, batch) => Float32Array.from(await towardsNoise(host, batch, STEPS)),
    },
    decode: {
      codeLength,
      path: "sphere",
      async drive(host, codes) {
        const start = Float64Array.from(codes.values);
        return unitValues(await follow(host, codes, start, falling(STEPS), (share) => share));
      },
    },
    reconstruct: {
      options,
      async drive(host, batch, { options: given, ...place }) {
        const { from, ...settings } = given as z.output<typeof options>;
        if (from > 0) return edited(host, batch, place, { from, ...settings }, drawing);
        requireDefaults(settings, design.config.steps);
        if (settings.steps < FEWEST_STEPS) {
          throw new ConfigError(
            `ddpm: the ODE takes at least ${FEWEST_STEPS} steps to noise and back, not ${settings.steps}`,
          );
        }
        const noise = await towardsNoise(host, batch, settings.steps, 0.5);
        const back = await follow(
          host,
          batch,
          noise,
          falling(settings.steps),
          (share) => 0.5 + 0.5 * share,
        );
        return unitValues(back);
      },
    },
  };
}

/** Settings of a reconstruction: how far to go towards noise, and how to come back. */
const reconstructOptions = (steps: number) =>
  z.strictObject({
    from: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        "share of the way to noise that images go by noise drawn for them (SDEdit); with 0 they follow the ODE all the way and back, by heun",
      ),
    ...samplerOptions(steps).shape,
  });

/** @throws ConfigError for a sampler's setting other than `steps`: the ODE both ways reads no other */
function requireDefaults({ steps, ...settings }: SamplerOptions, most: number): void {
  const defaults = samplerOptions(most).parse({});
  const names = Object.keys(settings) as (keyof typeof settings)[];
  const changed = names.find((name) => settings[name] !== defaults[name]);
  if (changed === undefined) return;
  throw new ConfigError(
    `ddpm: ${changed}=${settings[changed]} has no effect with from=0, where images follow the ODE both ways by heun; leave it out, or give from=0.5`,
  );
}
