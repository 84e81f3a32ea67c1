import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/autoencoder/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openDigitJudge, realDigits, recognised } from "../digit-judge.js";
import { atTheEnd, type Claims, neverLearns } from "./claims.js";

const errorOf = (preset: keyof typeof plan.presets) =>
  atTheEnd(plan, preset, async ({ live }) => lastOf(live, "train.squaredError"));

export const claims: Claims = {
  /** No better than principal components, and far worse than with layers in between. */
  async linear() {
    const flat = await atTheEnd(plan, "linear", async (lesson) => {
      neverLearns(plan, lesson);
      return lastOf(lesson.live, "train.squaredError");
    });
    expect(flat).toBeGreaterThan(1.3 * (await errorOf("works")));
  },
  /** Copies are almost perfect, and still the classifier recognises few of the random codes. */
  async long() {
    const judge = await openDigitJudge();
    try {
      await atTheEnd(plan, "long", async ({ live, ask }) => {
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
      });
    } finally {
      await judge.close();
    }
  },
};
