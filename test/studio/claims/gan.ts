import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/gan/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openLesson } from "../lesson-in-node.js";
import { atTheEnd, type Claims, mean } from "./claims.js";

export const claims: Claims = {
  /** D's outputs run apart, and the points stay beside the peaks. */
  saturates: () =>
    atTheEnd(plan, "saturates", async ({ live, ask }) => {
      const { modes } = await ask("plane", {});
      expect(modes?.found).toBeLessThan(8);
      const real = lastOf(live, "train.discriminator.real");
      expect(real - lastOf(live, "train.discriminator.drawn")).toBeGreaterThan(2);
    }),
  /** Late in the training peaks are missing at most times, which the damped game keeps. */
  async collapse() {
    const [lost, kept] = [await foundLate("collapse"), await foundLate("damped")];
    expect(mean(lost)).toBeLessThan(7.4);
    expect(mean(kept)).toBeGreaterThan(7.8);
  },
};

/** Peaks found at the times of the last quarter of the training that the page would show. */
async function foundLate(preset: keyof typeof plan.presets): Promise<number[]> {
  const lesson = await openLesson(plan, plan.presets[preset].settings, { watch: true });
  try {
    await lesson.finished();
    const found = lesson.live.frames("game").value.map((frame) => {
      if (frame.question !== "plane") throw new Error("the lesson watches the game");
      const { modes } = frame.answer as { modes: { found: number } };
      return modes.found;
    });
    expect(found.length).toBeGreaterThan(20);
    return found.slice(-Math.floor(found.length / 4));
  } finally {
    await lesson.close();
  }
}
