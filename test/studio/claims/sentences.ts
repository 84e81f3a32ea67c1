import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/sentences/plan.js";
import { ordered, tally } from "../../../src/studio/lessons/sentences/tally.js";
import { openLesson } from "../lesson-in-node.js";
import type { Claims } from "./claims.js";

export const claims: Claims = {
  /** Few sentences are drawn right, of which it draws nearly all right at temperature 1. */
  async hot() {
    const { ask, finished, close } = await openLesson(plan, {}, { steps: 600 });
    await finished();
    const caption = ordered.map(({ sentence }) => sentence);
    const right = async (temperature: number) => {
      const request = { count: ordered.length, seed: 2, temperature, condition: { caption } };
      const { seen, allSeen } = tally(await ask("sample", request));
      return seen / allSeen;
    };
    expect(await right(1)).toBeGreaterThan(0.75);
    expect(await right(3)).toBeLessThan(0.4);
    await close();
  },
};
