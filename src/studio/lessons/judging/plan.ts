import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import type { Control, Preset } from "./keys.js";

/** Metrics on sets that were damaged on purpose, in features of a classifier that learns meanwhile. */
export const plan: LessonPlan<Control, Preset> = {
  id: "judging",
  controls: {
    amount: { kind: "range", least: 0, most: 1, step: 0.05, initial: 0.5, live: true },
    features: { kind: "choice", values: ["learned", "pixels"], initial: "learned", live: true },
    count: { kind: "range", least: 20, most: 400, step: 20, initial: 200, live: true },
  },
  presets: {
    works: { works: true, settings: {} },
    pixels: { works: false, settings: { features: "pixels" } },
    few: { works: false, settings: { count: 20 } },
    copies: { works: false, settings: { amount: 1 } },
  },
  training: ({ amount, features, count }) => ({
    model: "classifier",
    data: "digits",
    config: { architecture: "mlp", hidden: [64, 24] },
    training: { epochs: 60, batchSize: 64, learningRate: 3e-3 },
    watch: [
      { name: "judged", question: "judge", request: { amount, features, count }, everyMs: 700 },
    ],
  }),
  learned: (live) => lastOf(live, "train.accuracy") > 0.95,
};
