import { lastOf } from "../../page/lesson/last-of.js";
import type { LessonPlan } from "../../page/lesson/plan.js";
import { CODES } from "./code-book.js";
import type { Control, Preset } from "./keys.js";
import { uploadOfScenes } from "./shapes.js";
import { ordered, tally } from "./tally.js";

const SHOWN = Array.from({ length: 12 }, (_, at) => at);
/** The autoencoder whose codes the transformer reads, trained before it. */
const TOKENISER = {
  model: "dvae",
  config: {
    quantiser: "vq",
    codes: 64,
    embedding: 16,
    channels: [48],
    blocks: 0,
    likelihood: "gaussian",
    std: 0.2,
  },
  training: { steps: 400, batchSize: 56, learningRate: 4e-3 },
};
/** Share of the learned sentences that must be drawn exactly right. */
const ENOUGH = 0.75;

/** A transformer over words and pixels of small shapes, and the discrete codes of digits. */
export const plan: LessonPlan<Control, Preset> = {
  id: "sentences",
  controls: {
    part: { kind: "choice", values: ["sentences", "codes"], initial: "sentences" },
    sentence: {
      kind: "choice",
      values: ordered.map(({ sentence }) => sentence),
      initial: ordered[0].sentence,
      live: true,
      matters: ({ part }) => part === "sentences",
    },
    temperature: {
      kind: "range",
      least: 0,
      most: 3,
      step: 0.1,
      initial: 1,
      live: true,
      matters: ({ part }) => part === "sentences",
    },
  },
  presets: {
    sentences: { works: true, settings: {} },
    unseen: { works: true, settings: { sentence: ordered[ordered.length - 1].sentence } },
    hot: { works: false, settings: { temperature: 3 } },
    codes: { works: true, settings: { part: "codes" } },
  },
  training: ({ part, sentence, temperature }) =>
    part === "codes"
      ? {
          model: "dvae",
          data: "digits",
          config: {
            quantiser: "vq",
            codes: CODES,
            embedding: 8,
            channels: [24],
            blocks: 0,
            likelihood: "gaussian",
            std: 0.2,
          },
          training: { epochs: 200, batchSize: 64, learningRate: 4e-3 },
          watch: [
            {
              name: "tokens",
              question: "tokens",
              request: { images: { indices: [0] } },
              everyMs: 300,
            },
            {
              name: "rebuilt",
              question: "reconstruct",
              request: { images: { indices: SHOWN } },
              everyMs: 300,
            },
          ],
        }
      : {
          model: "dalle",
          data: "shapes",
          config: { features: 48, blocks: 2, heads: 4 },
          training: { epochs: 200, batchSize: 32, learningRate: 4e-3 },
          parts: { tokeniser: TOKENISER },
          watch: [
            {
              name: "many",
              question: "sample",
              request: { count: 16, seed: 1, temperature, condition: { caption: [sentence] } },
              everyMs: 800,
            },
            {
              name: "sheet",
              question: "sample",
              request: {
                count: ordered.length,
                seed: 2,
                temperature,
                condition: { caption: ordered.map((scene) => scene.sentence) },
              },
              everyMs: 1500,
            },
          ],
        },
  upload: ({ part }) => (part === "codes" ? undefined : uploadOfScenes()),
  learned(live) {
    const { seen, allSeen } = tally(live.latest("sheet", "sample")?.answer);
    return seen > ENOUGH * allSeen || lastOf(live, "train.reconstructionNats") < 0;
  },
};
