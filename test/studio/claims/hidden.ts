import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/hidden/plan.js";
import { atTheEnd, type Claims, mean, neverLearns } from "./claims.js";

const WIDTH = 8;

export const claims: Claims = {
  /** One state of two means hardly any ink in a row, the other ink. */
  few: () =>
    atTheEnd(plan, "few", async (lesson) => {
      neverLearns(plan, lesson);
      const names = ["parameters.emission.logits"];
      const [logits] = await lesson.ask("values", { names });
      const ink = [0, 1].map((state) =>
        mean(
          logits.subarray(state * WIDTH, (state + 1) * WIDTH).map((x) => 1 / (1 + Math.exp(-x))),
        ),
      );
      expect(Math.max(...ink)).toBeGreaterThan(1.3 * Math.min(...ink));
    }),
  tiny: () => atTheEnd(plan, "tiny", async (lesson) => neverLearns(plan, lesson)),
};
