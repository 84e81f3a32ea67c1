import type { DrivenSample } from "../../../core/driven.js";
import { type Drawing, drawImages, type SamplerOptions, samplerOptions } from "./draw.js";
import { batchNoise } from "./host-denoiser.js";

/** Draws images from noise. */
export function drivenSample(drawing: Drawing): DrivenSample {
  const { design } = drawing;
  const { steps } = design.config;
  return {
    options: samplerOptions(steps),
    drive(host, request) {
      const noise = (name: string, step = 0) =>
        batchNoise(design, request, name, step).map((value) => value * request.temperature);
      const beginning = {
        step: steps,
        start: () => noise("start"),
        noise: (step: number) => noise("step", step),
      };
      return drawImages(host, request, beginning, request.options as SamplerOptions, drawing);
    },
  };
}
