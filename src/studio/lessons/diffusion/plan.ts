import type { LessonPlan } from "../../page/lesson/plan.js";
import { LIKENESS, timesTheFloor } from "../likeness.js";
import { CHAINS, FRAMES, STEPS } from "./chains.js";
import type { Control, Preset } from "./keys.js";

const SHOWN = { count: CHAINS, frames: FRAMES };

/** Denoising diffusion on the embedded digits: its chain both ways. */
export const plan: LessonPlan<Control, Preset> = {
  id: "diffusion",
  controls: {
    steps: { kind: "range", least: 1, most: 50, step: 1, initial: 12, live: true },
    sampler: {
      kind: "choice",
      values: ["dpmpp-2m", "ddim", "ddpm"],
      initial: "dpmpp-2m",
      live: true,
    },
    prediction: { kind: "choice", values: ["v", "eps", "x0"], initial: "v" },
  },
  presets: {
    works: { works: true, settings: {} },
    one: { works: false, settings: { steps: 1 } },
    ancestral: { works: false, settings: { steps: 5, sampler: "ddpm" } },
    noise: { works: true, settings: { steps: 50, sampler: "ddpm" } },
  },
  training: ({ steps, sampler, prediction }) => ({
    model: "ddpm",
    data: "digits",
    config: {
      steps: STEPS,
      network: "dit",
      patch: 4,
      channels: 64,
      blocks: 2,
      prediction,
      // As in the first paper. Weights that cut off at γ leave the highest noise untrained, where one step begins.
      weighting: "uniform",
    },
    training: { epochs: 400, batchSize: 64, learningRate: 4e-3, ema: 0.98 },
    watch: [
      {
        name: "samples",
        question: "sample",
        request: { count: 25, seed: 1, options: { steps, sampler } },
        everyMs: 1000,
      },
      {
        name: "backwards",
        question: "chain",
        request: { ...SHOWN, every: 3, seed: 2 },
        everyMs: 1500,
      },
      {
        name: "estimates",
        question: "chain",
        request: { ...SHOWN, every: 3, seed: 2, draw: false },
        everyMs: 1500,
      },
      { name: LIKENESS, question: "likeness", request: { count: 100 }, everyMs: 4000 },
      {
        name: "forwards",
        question: "chain",
        request: { ...SHOWN, every: STEPS / FRAMES, fromImages: true },
        everyMs: 60_000,
      },
    ],
  }),
  learned: (live) => timesTheFloor(live) < 2.2,
};
