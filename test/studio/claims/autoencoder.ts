import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/autoencoder/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openDigitJudge, realDigits, recognised } from "../digit-judge.js";
import type { LessonInNode } from "../lesson-in-node.js";
import { atTheEnd, type Claims, neverLearns } from "./claims.js";

/** A sixth of the lesson's training, after which the errors hardly fall. */
const BUDGET = { steps: 1500 };

const errorOf = (preset: keyof typeof plan.presets) =>
  atTheEnd(plan, preset, async ({ live }) => lastOf(live, "train.squaredError"), BUDGET);

export const claims: Claims = {
  /** No better than principal components, and far worse than with layers in between. */
  async linear() {
    const look = async (lesson: LessonInNode) => {
      neverLearns(plan, lesson);
      return lastOf(lesson.live, "train.squaredError");
    };
    const flat = await atTheEnd(plan, "linear", look, BUDGET);
    expect(flat).toBeGreaterThan(1.3 * (await errorOf("works")));
  },
  /** Copies are almost perfect, and still the classifier recognises few of the random codes. */
  async long() {
    const judge = await openDigitJudge();
    try {
      const look = async ({ live, ask }: LessonInNode) => {
        expect(lastOf(live, "train.squaredError")).toBeLessThan(0.005);
        const indices = Array.from({ length: 150 }, (_, at) => at);
        const copies = await ask("reconstruct", { images: { indices } });
        const drawn = await ask("sample", { count: 150, seed: 1 });
        const real = await judge.judge((await realDigits(150)).pixelsUnit);
        const [copied, random] = [
          recognised(await judge.judge(copies.made.pixelsUnit), real),
          recognised(await judge.judge(drawn.pixelsUnit), real),
        ];
        expect(random).toBeLessThan(0.7 * copied);
      };
      await atTheEnd(plan, "long", look, BUDGET);
    } finally {
      await judge.close();
    }
  },
};
