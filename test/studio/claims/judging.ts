import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/judging/plan.js";
import { atTheEnd, type Claims, once } from "./claims.js";

type Preset = keyof typeof plan.presets;

/** What the metrics say of each set at the end, by preset: their settings change the question alone. */
const verdicts = once(() =>
  atTheEnd(plan, "works", async ({ ask }) => {
    const judged = new Map<string, Awaited<ReturnType<typeof ask<"judge">>>>();
    for (const preset of Object.keys(plan.presets) as Preset[]) {
      const { amount = 0.5, features = "learned", count = 200 } = plan.presets[preset].settings;
      const request = {
        amount: Number(amount),
        features: features as "learned" | "pixels",
        count: Number(count),
      };
      judged.set(preset, await ask("judge", request));
    }
    return judged;
  }),
);

async function verdictsOf(preset: Preset) {
  const judged = (await verdicts()).get(preset) ?? [];
  return (damage: string) => {
    const found = judged.find((set) => set.damage === damage);
    if (found === undefined) throw new Error(`no set was ${damage}`);
    return found;
  };
}

export const claims: Claims = {
  /** Blurred digits seem more real than real ones. */
  async pixels() {
    const of = await verdictsOf("pixels");
    expect(of("blur").precision).toBeGreaterThan(of("none").precision);
  },
  /** Real digits look farther away than with 200 images, and coverage praises them more. */
  async few() {
    const [usual, few] = [await verdictsOf("works"), await verdictsOf("few")];
    expect(few("none").frechet).toBeGreaterThan(2 * usual("none").frechet);
    expect(few("none").precision).toBeGreaterThanOrEqual(usual("none").precision);
  },
  async copies() {
    const of = await verdictsOf("copies");
    expect(of("copies").frechet).toBeLessThan(1e-3 * of("none").frechet);
    expect(of("copies").precision).toBe(1);
    expect(of("copies").coverage).toBe(1);
    expect(of("copies").copies).toBe(1);
    expect(of("none").copies).toBeLessThan(0.1);
  },
};
