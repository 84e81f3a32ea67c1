import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import { GIVEN } from "../completion/given.js";
import type { Control, Preset } from "./keys.js";
import { type Network, networks } from "./networks.js";

/** Autoregressive networks on binary digits: what a pixel sees, and completions. */
export const plan: LessonPlan<Control, Preset> = {
  id: "pixels",
  controls: {
    model: { kind: "choice", values: Object.keys(networks), initial: "nade" },
    temperature: { kind: "range", least: 0, most: 3, step: 0.1, initial: 1, live: true },
  },
  presets: {
    nade: { works: true, settings: {} },
    blind: { works: false, settings: { model: "pixelcnn" } },
    gated: { works: true, settings: { model: "gated" } },
    cold: { works: false, settings: { temperature: 0 } },
    hot: { works: false, settings: { temperature: 3 } },
  },
  training({ model: network, temperature }) {
    const { model, config, batchSize } = networks[network as Network];
    return {
      model,
      data: "digits",
      config,
      binarise: "fixed",
      training: { epochs: 200, batchSize, learningRate: 4e-3 },
      watch: [
        {
          name: "samples",
          question: "sample",
          request: { count: 25, seed: 1, draw: true, temperature },
          everyMs: 500,
        },
        {
          name: "digits",
          question: "given",
          request: { images: { indices: GIVEN } },
          everyMs: 60_000,
        },
      ],
    };
  },
  learned: (live) => lastOf(live, "train.loss") < 24,
};
