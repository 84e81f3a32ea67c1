import { expect, test } from "vitest";
import type { Lesson } from "./lesson.js";
import { settingsOf } from "./settings.js";

const lesson = {
  controls: {
    latent: { kind: "range", least: 1, most: 16, step: 1, initial: 4 },
    damage: { kind: "range", least: 0, most: 1, step: 0.05, initial: 0.5 },
    model: { kind: "choice", values: ["hmm", "rbm"], initial: "hmm" },
  },
} as unknown as Lesson;

test.each([
  [
    { latent: "3", damage: "0.15", model: "rbm" },
    { latent: 3, damage: 0.15, model: "rbm" },
  ],
  [
    { latent: "3.7", damage: "0.151" },
    { latent: 4, damage: 0.5, model: "hmm" },
  ],
  [
    { latent: "17", damage: "x", model: "vae" },
    { latent: 4, damage: 0.5, model: "hmm" },
  ],
])("of an address, only what the controls can be set to: %j", (named, settings) => {
  expect(settingsOf(lesson, named as Record<string, string>)).toEqual(settings);
});
