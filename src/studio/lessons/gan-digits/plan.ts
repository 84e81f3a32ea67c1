import type { LessonPlan } from "../../page/lesson/plan.js";
import { LIKENESS, timesTheFloor } from "../likeness.js";
import type { Control, Preset } from "./keys.js";
import { noiseOfPlane, SIDE } from "./noise-plane.js";

const SHOWN = Array.from({ length: 36 }, (_, at) => at);

/** A convolutional adversarial network on the embedded digits. */
export const plan: LessonPlan<Control, Preset> = {
  id: "gan-digits",
  controls: {
    recipe: { kind: "choice", values: ["modern", "2015"], initial: "modern" },
    latent: { kind: "range", least: 1, most: 32, step: 1, initial: 16 },
    rate: { kind: "choice", values: ["0.0005", "0.002", "0.1"], initial: "0.002" },
  },
  presets: {
    works: { works: true, settings: {} },
    paper: { works: true, settings: { recipe: "2015", rate: "0.0005" } },
    narrow: { works: false, settings: { latent: 1 } },
    fast: { works: false, settings: { recipe: "2015", rate: "0.1" } },
  },
  training: ({ recipe, latent, rate }) => ({
    model: "dcgan",
    data: "digits",
    config: { recipe, latent, channels: [16, 32] },
    training: { epochs: 200, batchSize: 32, learningRate: Number(rate), ema: 0.98 },
    watch: [
      { name: "samples", question: "sample", request: { count: 36, seed: 1 }, everyMs: 300 },
      { name: "real", question: "given", request: { images: { indices: SHOWN } }, everyMs: 60_000 },
      {
        name: "plane",
        question: "decode",
        request: { codes: noiseOfPlane(Number(latent)), length: latent, columns: SIDE },
        everyMs: 600,
      },
      { name: LIKENESS, question: "likeness", request: { count: 100 }, everyMs: 1500 },
    ],
  }),
  learned: (live) => timesTheFloor(live) < 2,
};
