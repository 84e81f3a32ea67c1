import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import type { Control, Preset } from "./keys.js";

/** Digits whose reconstructions the stage shows, and those whose codes it places. */
const SHOWN = Array.from({ length: 12 }, (_, at) => at);
const PLACED = Array.from({ length: 300 }, (_, at) => at);

/**
 * Mean squared error of a pixel that no plane through the digits goes below: that of two principal components.
 * The error of a few batches may by chance, but not by as much as MARGIN.
 */
const BEST_PLANE = 0.0524;
const MARGIN = 0.9;

/** An autoencoder on the embedded digits, and the plane of its codes. */
export const plan: LessonPlan<Control, Preset> = {
  id: "autoencoder",
  controls: {
    latent: { kind: "range", least: 1, most: 32, step: 1, initial: 2 },
    network: { kind: "choice", values: ["dense", "linear"], initial: "dense" },
    noise: { kind: "range", least: 0, most: 0.8, step: 0.1, initial: 0 },
  },
  presets: {
    works: { works: true, settings: {} },
    linear: { works: false, settings: { network: "linear" } },
    denoising: { works: true, settings: { latent: 16, noise: 0.4 } },
    long: { works: false, settings: { latent: 32 } },
  },
  training: ({ latent, network, noise }) => ({
    model: noise === 0 ? "ae" : "dae",
    data: "digits",
    config: {
      ...(network === "linear"
        ? { architecture: "linear" }
        : { architecture: "mlp", hidden: [96] }),
      latent,
      ...(noise === 0 ? {} : { level: noise }),
    },
    training: { epochs: 400, batchSize: 64, learningRate: 4e-3 },
    watch: [
      { name: "codes", question: "encode", request: { images: { indices: PLACED } }, everyMs: 250 },
      {
        name: "rebuilt",
        question: "reconstruct",
        request: { images: { indices: SHOWN } },
        everyMs: 300,
      },
      { name: "samples", question: "sample", request: { count: 25, seed: 1 }, everyMs: 400 },
    ],
  }),
  learned: (live) => lastOf(live, "train.squaredError") < MARGIN * BEST_PLANE,
};
