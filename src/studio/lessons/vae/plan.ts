import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import type { Control, Preset } from "./keys.js";

/** Digits whose reconstructions the stage shows, and those whose codes it places. */
const SHOWN = Array.from({ length: 12 }, (_, at) => at);
const PLACED = Array.from({ length: 300 }, (_, at) => at);

/** Variational autoencoder on the embedded digits: the two terms of its bound, and its codes. */
export const plan: LessonPlan<Control, Preset> = {
  id: "vae",
  controls: {
    latent: { kind: "range", least: 2, most: 16, step: 1, initial: 4 },
    beta: { kind: "range", least: 0, most: 40, step: 0.5, initial: 1 },
    rate: { kind: "choice", values: ["0.0003", "0.002", "0.03"], initial: "0.002" },
  },
  presets: {
    works: { works: true, settings: {} },
    plane: { works: true, settings: { latent: 2 } },
    collapse: { works: false, settings: { beta: 40 } },
    autoencoder: { works: false, settings: { beta: 0 } },
  },
  training: ({ latent, beta, rate }) => ({
    model: "vae",
    data: "digits",
    config: { latent, beta, hidden: [256, 128], likelihood: "gaussian", std: 0.15 },
    training: { epochs: 400, batchSize: 64, learningRate: Number(rate) },
    watch: [
      { name: "samples", question: "sample", request: { count: 36, seed: 1 }, everyMs: 150 },
      {
        name: "rebuilt",
        question: "reconstruct",
        request: { images: { indices: SHOWN } },
        everyMs: 300,
      },
      { name: "cloud", question: "posterior", request: { image: 0, count: 100 }, everyMs: 300 },
      { name: "codes", question: "encode", request: { images: { indices: PLACED } }, everyMs: 300 },
    ],
  }),
  learned: (live) => lastOf(live, "train.negativeElbo") < -27,
};
