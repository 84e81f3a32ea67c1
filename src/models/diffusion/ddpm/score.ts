import type { AnnotationTraits } from "../../../core/annotations.js";
import { type DataTraits, pixelsPerImage } from "../../../core/batch.js";
import type { DrivenScoreCapability } from "../../../core/capability.js";
import { variationalBound } from "../bound/variational-bound.js";
import type { Schedule } from "../schedules/index.js";
import type { Design } from "./design.js";
import { batchNoise, hostDenoiser, signedValues } from "./host-denoiser.js";

/** An image costs an evaluation for every step. */
const CARD_IMAGES = 16;

/** The variational bound with one draw of the noise of each step. */
export function boundScore(
  design: Design,
  schedule: Schedule,
  data: Pick<DataTraits, "levels"> & { readonly annotations: AnnotationTraits },
): DrivenScoreCapability {
  const { levels, annotations: traits } = data;
  const { variance, steps } = design.config;
  const size = pixelsPerImage(design.image);
  const pixel =
    levels === null
      ? "density of pixels in [0, 1] under Gaussians"
      : `probability of ${levels} levels, a discretised Gaussian with open edge bins`;
  return {
    maxSamples: 1,
    cardImages: CARD_IMAGES,
    kind: () => "bound",
    estimator: () =>
      `variational bound, all ${steps} steps with one draw each, the prior and the decoder; ${variance} variance; ${pixel}`,
    async drive(host, batch, { first, seed }) {
      const position = { size: batch.count, first, seed };
      const denoise = await hostDenoiser(
        host,
        design,
        traits,
        { size: batch.count, annotations: batch.annotations },
        { clip: true },
      );
      const nats = await variationalBound({
        denoise,
        x0: signedValues(batch.pixelsUnit),
        size,
        levels,
        sigmas: schedule.sigmas,
        variance,
        noise: (step) => batchNoise(design, position, "bound", step),
        onStep: (done) => host.onProgress?.(done / steps),
      });
      // Pixels in [−1, 1] are twice as far apart as in [0, 1]: the density there is 2ᴺ times as large.
      return levels === null ? nats.map((value) => value - size * Math.LN2) : nats;
    },
  };
}
