import { z } from "zod";
import type { AnnotationTraits } from "../../../core/annotations.js";
import { type DataTraits, pixelsPerImage } from "../../../core/batch.js";
import type { DrivenScoreCapability } from "../../../core/capability.js";
import { countUpTo } from "../../../core/config-schema.js";
import type { Host, HostBatch } from "../../../core/driven.js";
import { variationalBound } from "../bound/variational-bound.js";
import { dequantised, flowNats } from "../ode/log-density.js";
import type { Schedule } from "../schedules/index.js";
import { karrasRamp, LARGEST } from "../spacing.js";
import { derivativeDenoiser } from "./derivative-denoiser.js";
import type { Design } from "./design.js";
import { batchNoise, batchUniforms, hostDenoiser, signedValues } from "./host-denoiser.js";

/** An image costs an evaluation for every step. */
const CARD_IMAGES = 16;
const MOST_SAMPLES = 1000;

const scoreOptions = z.strictObject({
  estimator: z
    .enum(["bound", "ode"])
    .default("bound")
    .describe("the variational bound, or the density that the probability-flow ODE gives"),
  steps: countUpTo(10_000)
    .default(100)
    .describe("steps of the ODE, of two evaluations and their derivatives each (ode only)"),
});

type Options = z.output<typeof scoreOptions>;

/** Nats of a batch of images, with one draw of the noise. */
type Once = (host: Host, batch: HostBatch, place: Place) => Promise<Float64Array>;

interface Place {
  readonly first: number;
  readonly seed: number;
  /** Number of the draw, from 0. */
  readonly sample: number;
  progress(share: number): void;
}

/** The variational bound, or an estimate by the probability-flow ODE, each a mean over its samples. */
export function diffusionScore(
  design: Design,
  schedule: Schedule,
  data: Pick<DataTraits, "levels"> & { readonly annotations: AnnotationTraits },
): DrivenScoreCapability {
  const { levels } = data;
  const { variance, steps } = design.config;
  const chosen = (settings: unknown): Options => scoreOptions.parse(settings ?? {});
  const drawn = (samples: number) => (samples === 1 ? "one draw" : `${samples} draws`);
  return {
    maxSamples: MOST_SAMPLES,
    cardImages: CARD_IMAGES,
    options: scoreOptions,
    kind: (_, settings) => (chosen(settings).estimator === "ode" ? "estimate" : "bound"),
    estimator(samples, settings) {
      const { estimator, steps: odeSteps } = chosen(settings);
      if (estimator === "bound") {
        const pixel =
          levels === null
            ? "density of pixels in [0, 1] under Gaussians"
            : `probability of ${levels} levels, a discretised Gaussian with open edge bins`;
        return `variational bound, all ${steps} steps with ${drawn(samples)} each, the prior and the decoder; ${variance} variance; ${pixel}`;
      }
      const pixel =
        levels === null
          ? "density of pixels in [0, 1]"
          : `probability of ${levels} levels by uniform dequantisation`;
      return `probability-flow ODE, ${odeSteps} steps of Heun's method, trace by Hutchinson's estimator with ${drawn(samples)}; ${pixel}`;
    },
    async drive(host, batch, { first, samples, seed, options }) {
      const { estimator, steps: odeSteps } = options as Options;
      const once =
        estimator === "ode"
          ? odeNats(design, schedule, data, odeSteps)
          : boundNats(design, schedule, data);
      const sum = new Float64Array(batch.count);
      for (let sample = 0; sample < samples; sample++) {
        const progress = (share: number) => host.onProgress?.((sample + share) / samples);
        const nats = await once(host, batch, { first, seed, sample, progress });
        nats.forEach((value, at) => {
          sum[at] += value / samples;
        });
      }
      return sum;
    },
  };
}

type Levels = Pick<DataTraits, "levels"> & { readonly annotations: AnnotationTraits };

function boundNats(design: Design, schedule: Schedule, { levels, annotations }: Levels): Once {
  const { variance, steps } = design.config;
  const size = pixelsPerImage(design.image);
  return async (host, batch, { first, seed, sample, progress }) => {
    const told = { size: batch.count, annotations: batch.annotations };
    const nats = await variationalBound({
      denoise: await hostDenoiser(host, design, annotations, told, { clip: true }),
      x0: signedValues(batch.pixelsUnit),
      size,
      levels,
      sigmas: schedule.sigmas,
      variance,
      noise: (step) =>
        batchNoise(
          design,
          { size: batch.count, first, seed },
          "bound",
          step + sample * (steps + 1),
        ),
      onStep: (done) => progress(done / steps),
    });
    // Pixels in [−1, 1] are twice as far apart as in [0, 1]: the density there is 2ᴺ times as large.
    return levels === null ? nats.map((value) => value - size * Math.LN2) : nats;
  };
}

function odeNats(
  design: Design,
  schedule: Schedule,
  { levels, annotations }: Levels,
  steps: number,
): Once {
  const size = pixelsPerImage(design.image);
  const last = schedule.sigmas[schedule.sigmas.length - 1];
  const sigmas = karrasRamp(steps + 1, schedule.sigmas[1], Math.min(last, LARGEST)).reverse();
  return async (host, batch, { first, seed, sample, progress }) => {
    const place = { size: batch.count, first, seed };
    const uniforms = (name: string) => batchUniforms(design, place, name, sample);
    const nats = await flowNats({
      denoise: await derivativeDenoiser(host, design, annotations, batch),
      x:
        levels === null
          ? signedValues(batch.pixelsUnit)
          : dequantised(batch.pixelsUnit, uniforms("dequantise"), levels),
      size,
      sigmas,
      probe: uniforms("probe").map((value) => (value < 0.5 ? -1 : 1)),
      onStep: (done) => progress(done / steps),
    });
    // A bin of a level is 2 / L long, where pixels are in [−1, 1].
    return nats.map((value) => value + size * Math.log((levels ?? 1) / 2));
  };
}
