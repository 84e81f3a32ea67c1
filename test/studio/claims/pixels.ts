import { expect } from "vitest";
import { plan } from "../../../src/studio/lessons/pixels/plan.js";
import { openLesson } from "../lesson-in-node.js";
import { type Claims, mean, once } from "./claims.js";

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
    const { cold, usual } = await byTemperature();
    const first = cold.subarray(0, PIXELS);
    for (let image = 0; image < 25; image++) {
      expect(cold.subarray(image * PIXELS, (image + 1) * PIXELS)).toEqual(first);
    }
    expect(usual.subarray(PIXELS, 2 * PIXELS)).not.toEqual(usual.subarray(0, PIXELS));
  },
  /** The model itself finds such digits far less probable than its own. */
  async hot() {
    const { hotNats, usualNats } = await byTemperature();
    expect(hotNats).toBeGreaterThan(usualNats + 10);
  },
};

/** Draws of one network at each preset's temperature, and the nats that the network itself gives them. */
const byTemperature = once(async () => {
  const { ask, close } = await trained({});
  const draw = async (temperature: unknown, count: number) =>
    (await ask("sample", { count, seed: 1, draw: true, temperature: Number(temperature) }))
      .pixelsUnit;
  const nats = async (pixelsUnit: Float32Array) =>
    (await ask("score", { images: { pixelsUnit } })).nats;
  const { cold, hot } = plan.presets;
  const answers = {
    cold: await draw(cold.settings.temperature, 25),
    usual: await draw(1, 25),
    hotNats: await nats(await draw(hot.settings.temperature, 200)),
    usualNats: await nats(await draw(1, 200)),
  };
  await close();
  return answers;
});

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
