import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan, LessonTraining } from "../../page/lesson/plan.js";
import { GIVEN } from "../completion/given.js";
import type { Control, Preset } from "./keys.js";
import { NAMES } from "./parameters.js";

type Watches = NonNullable<LessonTraining["watch"]>;

/** What a product of independent pixels reaches on these digits, in nats. */
const INDEPENDENT = 27.1;
/** A third less than that, in pseudo-likelihood: two hidden units do not get there. */
const PSEUDO = 18;

/** What both models are watched for. */
const SHARED: Watches = [
  { name: "digits", question: "given", request: { images: { indices: GIVEN } }, everyMs: 60_000 },
  {
    name: "samples",
    question: "sample",
    request: { count: 25, seed: 1, draw: true },
    everyMs: 500,
  },
];

const STATES: Watches = [
  {
    name: "path",
    question: "encode",
    request: { images: { indices: GIVEN } },
    everyMs: 200,
  },
  { name: "states", question: "values", request: { names: NAMES }, everyMs: 200 },
];

const UNITS: Watches = [
  { name: "filters", question: "filters", request: {}, everyMs: 500 },
  {
    name: "chain",
    question: "chain",
    request: { count: GIVEN.length, frames: 12, every: 3, fromImages: true, seed: 1 },
    everyMs: 600,
  },
];

/** A hidden Markov model over the rows of binary digits, and a restricted Boltzmann machine. */
export const plan: LessonPlan<Control, Preset> = {
  id: "hidden",
  controls: {
    model: { kind: "choice", values: ["hmm", "rbm"], initial: "hmm" },
    hidden: { kind: "range", least: 2, most: 48, step: 1, initial: 16 },
    negative: {
      kind: "choice",
      values: ["cd", "pcd"],
      initial: "cd",
      matters: ({ model }) => model === "rbm",
    },
  },
  presets: {
    hmm: { works: true, settings: {} },
    few: { works: false, settings: { hidden: 2 } },
    rbm: { works: true, settings: { model: "rbm", hidden: 48 } },
    tiny: { works: false, settings: { model: "rbm", hidden: 2 } },
  },
  training: ({ model, hidden, negative }) =>
    model === "hmm"
      ? {
          model,
          data: "digits",
          binarise: "fixed",
          config: { states: hidden, initialisation: "random" },
          training: { epochs: 100 },
          watch: [...SHARED, ...STATES],
        }
      : {
          model: "rbm",
          data: "digits",
          binarise: "fixed",
          config: { hidden, negative, chains: 64, sampleSteps: 100 },
          training: {
            epochs: 100,
            batchSize: 64,
            // Chains that run on need small steps to keep up.
            learningRate: negative === "cd" ? 0.1 : 0.02,
          },
          watch: [...SHARED, ...UNITS],
        },
  learned: (live) =>
    lastOf(live, "train.nllNats") < INDEPENDENT - 1 || lastOf(live, "train.pseudoNllNats") < PSEUDO,
};
