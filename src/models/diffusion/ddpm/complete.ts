import type { DrivenComplete } from "../../../core/driven.js";
import { repaint } from "../repaint.js";
import { spacedSigmas } from "../spacing.js";
import type { Drawing } from "./draw.js";
import { batchNoise, hostDenoiser, signedValues, unitValues } from "./host-denoiser.js";

/** Steps of a completion, and passes over each. */
const [STEPS, PASSES] = [50, 4];

/** Fills in missing pixels by resampling. */
export function drivenComplete({ design, schedule, traits }: Drawing): DrivenComplete {
  const steps = Math.min(STEPS, design.config.steps);
  const area = design.image.height * design.image.width;
  return {
    async drive(host, request) {
      const { pixelsUnit, known, temperature } = request;
      const values = await repaint({
        denoise: await hostDenoiser(host, design, traits, request, { clip: true }),
        x0: signedValues(pixelsUnit),
        isGiven: (at) => known[at % area] === 1,
        sigmas: spacedSigmas(schedule.sigmas, steps, "trailing"),
        passes: PASSES,
        noise: (step) =>
          batchNoise(design, request, "complete", step).map((value) => value * temperature),
        onStep: (done) => host.onProgress?.(done / steps),
      });
      // Given pixels come back exactly, not by way of their values in [−1, 1].
      return unitValues(values).map((value, at) =>
        known[at % area] === 1 ? pixelsUnit[at] : value,
      );
    },
  };
}
