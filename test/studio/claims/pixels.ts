import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/pixels/plan.js";
import { openLesson } from "../lesson-in-node.js";
import { type Claims, mean } from "./claims.js";

const SIDE = 8;
const PIXELS = SIDE ** 2;
/** A pixel of the middle, and one to its upper right. */
const PLACE = 4 * SIDE + 2;
const UNSEEN = 3 * SIDE + 5;
const COUNT = 64;
const STEPS = 600;

/** A model of the lesson after some steps; what is claimed does not wait for the end. */
async function trained(settings: Parameters<typeof openLesson<string, string>>[1]) {
  const lesson = await openLesson(plan, settings, { steps: STEPS });
  await lesson.finished();
  return lesson;
}

export const claims: Claims = {
  /** A pixel to the upper right has no say in a pixel of the middle, and it has one without the blind spot. */
  async blind() {
    expect(await influence("pixelcnn")).toBe(0);
    expect(await influence("gated")).toBeGreaterThan(0);
  },
  async cold() {
    const { ask, close } = await trained(plan.presets.cold.settings);
    const request = { count: 25, seed: 1, draw: true };
    const { pixelsUnit } = await ask("sample", { ...request, temperature: 0 });
    const first = pixelsUnit.subarray(0, PIXELS);
    for (let image = 0; image < 25; image++) {
      expect(pixelsUnit.subarray(image * PIXELS, (image + 1) * PIXELS)).toEqual(first);
    }
    const usual = await ask("sample", { ...request, temperature: 1 });
    expect(usual.pixelsUnit.subarray(PIXELS, 2 * PIXELS)).not.toEqual(
      usual.pixelsUnit.subarray(0, PIXELS),
    );
    await close();
  },
  /** The model itself finds such digits far less probable than its own. */
  async hot() {
    const { ask, close } = await trained(plan.presets.hot.settings);
    const nats = async (temperature: number) => {
      const drawn = await ask("sample", { count: 200, seed: 1, draw: true, temperature });
      return (await ask("score", { images: { pixelsUnit: drawn.pixelsUnit } })).nats;
    };
    expect(await nats(3)).toBeGreaterThan((await nats(1)) + 10);
    await close();
  },
};

/**
 * How much the probability of the pixel at PLACE depends on the one at UNSEEN, all other pixels before it the
 * same. Draws of it from one seed use the same numbers, so that they differ only where its probability does.
 */
async function influence(model: string): Promise<number> {
  const { ask, close } = await trained({ model });
  const known = Uint8Array.from({ length: PIXELS }, (_, pixel) => Number(pixel !== PLACE));
  const { pixelsUnit } = await ask("given", {
    images: { indices: Array.from({ length: COUNT }, (_, at) => at) },
  });
  const drawn = async (value: number) => {
    const changed = pixelsUnit.map((own, at) => (at % PIXELS === UNSEEN ? value : own));
    const request = { images: { pixelsUnit: changed }, known, repeats: 16, seed: 1 };
    const made = await ask("complete", request);
    return made.pixelsUnit.filter((_, at) => at % PIXELS === PLACE);
  };
  const [black, white] = [await drawn(0), await drawn(1)];
  await close();
  return mean(black.map((value, at) => Math.abs(value - white[at])));
}
