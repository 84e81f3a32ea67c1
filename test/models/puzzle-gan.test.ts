import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadedModel } from "../../src/core/index.js";
import { type ImageSet, loadDataset, readImages, subset } from "../../src/data/index.js";
import { puzzleGan } from "../../src/models/adversarial/puzzle-gan/index.js";
import { type Reassembled, reassembled } from "../../src/runs/assembly/assembled.js";
import { assemblyFigures } from "../../src/runs/assembly/figures.js";
import { puzzleFigures } from "../../src/runs/assembly/puzzle-figures.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { trainSmall } from "./train-small.js";

const networks = {
  embedding: 32,
  part: [12, 16],
  layout: [24, 16],
  match: 12,
  latent: 4,
  channels: [8, 12],
  discriminator: [12, 24],
};
/** Test images to judge by. */
const JUDGED = 250;

let device: Device;
let digits: ImageSet;
let held: ImageSet;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  digits = await loadDataset("digits");
  const test = await loadDataset("digits", { split: "test" });
  held = subset(
    test,
    Array.from({ length: JUDGED }, (_, at) => at),
  );
});
afterAll(() => device.close());

async function trained(config: Record<string, unknown>, steps: number) {
  const model = await trainSmall({
    definition: puzzleGan,
    device,
    images: digits,
    config: { ...networks, ...config },
    steps,
    batchSize: 16,
    learningRate: 1e-3,
    betas: [0.5, 0.99],
  });
  return { model, made: await reassembled(model, held, { draws: 2, seed: 1 }) };
}

describe("with key patches of real digits", () => {
  let model: LoadedModel;
  let made: Reassembled;
  beforeAll(async () => {
    ({ model, made } = await trained({ side: 4, patches: 2 }, 350));
  }, 180_000);
  afterAll(() => model.release());

  test("finds their places, draws them there, and differs from draw to draw", async () => {
    const figures = assemblyFigures(model, await readImages(held), made);
    console.log(JSON.stringify(figures));
    const { key, patchError, otherPatchError, diversity } = figures;
    // One of 25 places at random; a mask that is the same for all images, at best, has less overlap.
    expect(key?.exact.low).toBeGreaterThan(0.25);
    expect(key?.distance.high).toBeLessThan(1.5);
    expect(key?.maskIou.low).toBeGreaterThan(0.7);
    expect(patchError.high).toBeLessThan(otherPatchError.low / 2);
    expect(diversity?.low).toBeGreaterThan(0.005);
  });
});

test("puts a puzzle of real digits together, better than a solver that sees edges only", async () => {
  const { model, made } = await trained({ grid: 2, erosion: 1 }, 350);
  const figures = puzzleFigures(model, made);
  console.log(JSON.stringify(figures));
  expect(figures.model.direct.low).toBeGreaterThan(figures.greedy.direct.high);
  expect(figures.model.direct.low).toBeGreaterThan(0.5);
  expect(Math.abs(figures.chance.direct.mean - 0.27)).toBeLessThan(0.08);
  await model.release();
}, 180_000);
