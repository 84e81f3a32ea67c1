import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/diffusion/plan.js";
import { openLesson } from "../lesson-in-node.js";
import { type Claims, mean, once, spreadOf } from "./claims.js";

const PIXELS = 64;
/** Both presets change only how it draws, which shows long before the end. */
const STEPS = 1200;
const COUNT = 200;

const WAYS = {
  one: { steps: 1, sampler: "dpmpp-2m" },
  twelve: { steps: 12, sampler: "dpmpp-2m" },
  ancestral5: { steps: 5, sampler: "ddpm" },
  ancestral50: { steps: 50, sampler: "ddpm" },
} as const;

/** Real digits, and draws of one network in each way. */
const looked = once(async () => {
  const { ask, finished, close } = await openLesson(plan, {}, { steps: STEPS });
  await finished();
  const indices = Array.from({ length: COUNT }, (_, at) => at);
  const { pixelsUnit: real } = await ask("given", { images: { indices } });
  const draw = async (way: keyof typeof WAYS) =>
    (await ask("sample", { count: COUNT, seed: 1, options: WAYS[way] })).pixelsUnit;
  const sets = {
    real,
    one: await draw("one"),
    twelve: await draw("twelve"),
    ancestral5: await draw("ancestral5"),
    ancestral50: await draw("ancestral50"),
  };
  await close();
  return sets;
});

export const claims: Claims = {
  /** Every draw is the mean digit. */
  async one() {
    const { real, one, twelve } = await looked();
    expect(spreadOf(one, PIXELS)).toBeLessThan(0.35 * spreadOf(real, PIXELS));
    expect(spreadOf(twelve, PIXELS)).toBeGreaterThan(0.7 * spreadOf(real, PIXELS));
    const [blur, digit] = [one, real].map(meanImage);
    expect(mean(blur.map((value, at) => Math.abs(value - digit[at])))).toBeLessThan(0.06);
  },
  /** Draws of 5 steps are smoother than real digits and more alike, those of 50 are neither. */
  async ancestral() {
    const { real, ancestral5, ancestral50 } = await looked();
    for (const measure of [roughness, (set: Float32Array) => spreadOf(set, PIXELS)]) {
      const [five, fifty] = [ancestral5, ancestral50].map((set) => measure(set) / measure(real));
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
