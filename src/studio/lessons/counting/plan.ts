import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import type { Control, Preset } from "./keys.js";

const SHOWN = Array.from({ length: 25 }, (_, at) => at);
/** Nats of the images held out under independent pixels, which a chain must go below. */
const INDEPENDENT = 27;

/** Models of counts on binary digits: a table, independent pixels, and chains. */
export const plan: LessonPlan<Control, Preset> = {
  id: "counting",
  controls: {
    model: { kind: "choice", values: ["markov", "independent", "table"], initial: "markov" },
    order: {
      kind: "range",
      least: 1,
      most: 14,
      step: 1,
      initial: 8,
      matters: ({ model }) => model === "markov",
    },
    smoothing: { kind: "choice", values: ["0", "0.1", "0.5"], initial: "0.5" },
    side: { kind: "choice", values: ["8", "4"], initial: "8" },
  },
  presets: {
    chain: { works: true, settings: {} },
    independent: { works: false, settings: { model: "independent" } },
    long: { works: false, settings: { order: 14 } },
    zero: { works: false, settings: { smoothing: "0" } },
    table: { works: false, settings: { model: "table", side: "4", smoothing: "0" } },
    huge: { works: false, settings: { model: "table" } },
  },
  training: ({ model, order, smoothing, side }) => ({
    model: String(model),
    data: "digits",
    ...(side === "8" ? {} : { size: Number(side) }),
    binarise: "fixed",
    config: { smoothing: Number(smoothing), ...(model === "markov" && { order }) },
    validation: 0.2,
    watch: [
      {
        name: "digits",
        question: "given",
        request: { images: { indices: SHOWN } },
        everyMs: 60_000,
      },
      { name: "samples", question: "sample", request: { count: 25, seed: 1 }, everyMs: 200 },
    ],
  }),
  learned: (live) => lastOf(live, "validation.nllNats") < INDEPENDENT,
};
