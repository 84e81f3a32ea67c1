import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/gan/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openLesson } from "../lesson-in-node.js";
import { atTheEnd, type Claims, mean } from "./claims.js";

/** A third of the lesson's training: the generator stands still long before. */
const STEPS = 10_000;
/** Two thirds, of which the first half is still a fight. */
const MORE = 20_000;

export const claims: Claims = {
  /** D's outputs run apart, and the points stay beside the peaks. */
  saturates: () =>
    atTheEnd(
      plan,
      "saturates",
      async ({ live, ask }) => {
        const { modes } = await ask("plane", {});
        expect(modes?.found).toBeLessThan(8);
        const real = lastOf(live, "train.discriminator.real");
        expect(real - lastOf(live, "train.discriminator.drawn")).toBeGreaterThan(2);
      },
      { steps: STEPS },
    ),
  /** Late in the training, at most times that the page would show, peaks are missing. */
  async collapse() {
    const lesson = await openLesson(plan, plan.presets.collapse.settings, {
      watch: true,
      steps: MORE,
    });
    await lesson.finished();
    const found = lesson.live.frames("game").value.map((frame) => {
      if (frame.question !== "plane") throw new Error("the lesson watches the game");
      const { modes } = frame.answer as { modes: { found: number } };
      return modes.found;
    });
    await lesson.close();
    expect(found.length).toBeGreaterThan(20);
    expect(mean(found.slice(-Math.floor(found.length / 4)))).toBeLessThan(7.4);
  },
};
