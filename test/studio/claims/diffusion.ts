import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/diffusion/plan.js";
import { openLesson } from "../lesson-in-node.js";
import { type Claims, mean, spreadOf } from "./claims.js";

const PIXELS = 64;
/** Both presets change only how it draws, which shows long before the end. */
const STEPS = 1200;
const COUNT = 200;

async function drawn(ways: readonly { readonly steps: number; readonly sampler: string }[]) {
  const { ask, finished, close } = await openLesson(plan, {}, { steps: STEPS });
  await finished();
  const indices = Array.from({ length: COUNT }, (_, at) => at);
  const { pixelsUnit: real } = await ask("given", { images: { indices } });
  const sets: Float32Array[] = [];
  for (const options of ways) {
    sets.push((await ask("sample", { count: COUNT, seed: 1, options })).pixelsUnit);
  }
  await close();
  return { real, sets };
}

export const claims: Claims = {
  /** Every draw is the mean digit. */
  async one() {
    const { real, sets } = await drawn([
      { steps: 1, sampler: "dpmpp-2m" },
      { steps: 12, sampler: "dpmpp-2m" },
    ]);
    const [one, twelve] = sets;
    expect(spreadOf(one, PIXELS)).toBeLessThan(0.35 * spreadOf(real, PIXELS));
    expect(spreadOf(twelve, PIXELS)).toBeGreaterThan(0.7 * spreadOf(real, PIXELS));
    const [blur, digit] = [one, real].map(meanImage);
    expect(mean(blur.map((value, at) => Math.abs(value - digit[at])))).toBeLessThan(0.06);
  },
  /** Draws of 5 steps are smoother than real digits and more alike, those of 50 are neither. */
  async ancestral() {
    const { real, sets } = await drawn([
      { steps: 5, sampler: "ddpm" },
      { steps: 50, sampler: "ddpm" },
    ]);
    for (const measure of [roughness, (set: Float32Array) => spreadOf(set, PIXELS)]) {
      const [five, fifty] = sets.map((set) => measure(set) / measure(real));
      expect(five).toBeLessThan(0.85);
      expect(fifty).toBeGreaterThan(five + 0.15);
    }
  },
};

const meanImage = (pixels: Float32Array): number[] =>
  Array.from({ length: PIXELS }, (_, pixel) =>
    mean(pixels.filter((__, at) => at % PIXELS === pixel)),
  );

/** Mean difference of a pixel and the mean of those beside it in its row. */
function roughness(pixels: Float32Array): number {
  const differences: number[] = [];
  pixels.forEach((value, at) => {
    if (at % 8 === 0 || at % 8 === 7) return;
    differences.push(Math.abs(value - (pixels[at - 1] + pixels[at + 1]) / 2));
  });
  return mean(differences);
}
