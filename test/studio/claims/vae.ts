import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/vae/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openDigitJudge, realDigits, recognised } from "../digit-judge.js";
import { atTheEnd, type Claims, neverLearns, spreadOf } from "./claims.js";

const PIXELS = 64;
/** A sixth of the lesson's training: the codes collapse long before. */
const STEPS = 1500;
const INDICES = Array.from({ length: 300 }, (_, at) => at);

export const claims: Claims = {
  /** The codes say nothing, and every draw is close to the average digit. */
  collapse: () =>
    atTheEnd(
      plan,
      "collapse",
      async (lesson) => {
        neverLearns(plan, lesson);
        expect(lastOf(lesson.live, "train.klNats")).toBeLessThan(1);
        const { pixelsUnit: drawn } = await lesson.ask("sample", { count: 300, seed: 1 });
        const { pixelsUnit: real } = await lesson.ask("given", { images: { indices: INDICES } });
        expect(spreadOf(drawn, PIXELS)).toBeLessThan(0.4 * spreadOf(real, PIXELS));
      },
      { steps: STEPS },
    ),
  /** It rebuilds better than with the second term, and the classifier recognises fewer of its draws. */
  async autoencoder() {
    const judge = await openDigitJudge();
    const real = await judge.judge((await realDigits(150)).pixelsUnit);
    const look = (preset: keyof typeof plan.presets) =>
      atTheEnd(plan, preset, async ({ live, ask }) => ({
        rebuilding: lastOf(live, "train.reconstructionNats"),
        recognised: recognised(
          await judge.judge((await ask("sample", { count: 150, seed: 1 })).pixelsUnit),
          real,
        ),
      }));
    try {
      const [usual, without] = [await look("works"), await look("autoencoder")];
      expect(without.rebuilding).toBeLessThan(usual.rebuilding);
      expect(without.recognised).toBeLessThan(0.7 * usual.recognised);
    } finally {
      await judge.close();
    }
  },
};
