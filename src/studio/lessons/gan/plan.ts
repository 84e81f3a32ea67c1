import type { LessonPlan } from "../../page/lesson/plan.js";
import { uploadOf } from "./drawing.js";
import type { Control, Preset } from "./keys.js";

/** What damps the game, by the model's settings; without momentum unless it is named. */
const REMEDIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  momentum: { penalty: "none" },
  none: { penalty: "none" },
  slope: { penalty: "r1r2", penaltyWeight: 0.03 },
  noise: { penalty: "none", instanceNoise: 0.5, instanceNoiseShare: 0.1 },
};

/** A generative adversarial network on densities in the plane. */
export const plan: LessonPlan<Control, Preset> = {
  id: "gan",
  controls: {
    density: { kind: "choice", values: ["ring", "moons", "swiss-roll", "grid"], initial: "ring" },
    objective: {
      kind: "choice",
      values: ["relativistic", "non-saturating", "minimax"],
      initial: "relativistic",
    },
    remedy: { kind: "choice", values: Object.keys(REMEDIES), initial: "slope" },
    drawing: { kind: "own", initial: "" },
  },
  presets: {
    works: { works: true, settings: {} },
    saturates: { works: false, settings: { objective: "minimax", remedy: "none" } },
    collapse: {
      works: false,
      settings: { objective: "non-saturating", remedy: "momentum" },
    },
    damped: {
      works: true,
      settings: { objective: "non-saturating", remedy: "slope" },
    },
  },
  training: ({ density, objective, remedy }) => ({
    model: "gan",
    data: String(density),
    config: {
      latent: 2,
      output: "linear",
      activation: "relu",
      generator: [64, 64],
      discriminator: [64, 64],
      objective,
      ...REMEDIES[remedy],
      ...(objective === "minimax" && { discriminatorTurns: 5 }),
    },
    training: {
      steps: 30_000,
      batchSize: 128,
      learningRate: 2e-3,
      betas: remedy === "momentum" ? [0.9, 0.999] : [0, 0.99],
      ema: 0.99,
    },
    watch: [{ name: "game", question: "plane", request: {}, everyMs: 300 }],
  }),
  upload: ({ drawing }) => uploadOf(String(drawing)),
  learned(live) {
    const modes = live.latest("game", "plane")?.answer.modes;
    return modes != null && modes.found === modes.modes;
  },
};
