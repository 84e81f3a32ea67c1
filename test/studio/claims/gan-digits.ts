import { expect } from "vitest";
import { noiseAt } from "../../../src/studio/lessons/gan-digits/noise-plane.js";
import { plan } from "../../../src/studio/lessons/gan-digits/plan.js";
import { atTheEnd, type Claims } from "./claims.js";

/** A sixth of the lesson's training, which is enough to see it. */
const STEPS = 1500;
/** Overshooting shows at once. */
const FEW = 1000;

/** How many times as far draws are from real digits as other real ones, and what share of these they cover. */
const likeness = (preset: keyof typeof plan.presets, steps: number) =>
  atTheEnd(
    plan,
    preset,
    async ({ ask }) => {
      const { drawn, floor } = await ask("likeness", { count: 400 });
      return { times: drawn.frechet / floor.frechet, coverage: drawn.coverage / floor.coverage };
    },
    { steps },
  );

export const claims: Claims = {
  /** Variety is lost, and upwards nothing changes. */
  async narrow() {
    const [usual, narrow] = [await likeness("works", STEPS), await likeness("narrow", STEPS)];
    expect(narrow.coverage).toBeLessThan(0.8 * usual.coverage);
    expect(narrow.times).toBeGreaterThan(1.5 * usual.times);
    expect(noiseAt(1, [0.3, 0.1])).toEqual(noiseAt(1, [0.3, 0.9]));
  },
  async fast() {
    expect((await likeness("fast", FEW)).times).toBeGreaterThan(4);
  },
};
