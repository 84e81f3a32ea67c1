import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadedModel } from "../../src/core/index.js";
import { patchCanvas } from "../../src/core/patch-canvas.js";
import { type ImageSet, loadDataset, readImages, subset } from "../../src/data/index.js";
import { maskIou } from "../../src/metrics/assembly/mask-iou.js";
import { FeatureMoments, frechetDistance } from "../../src/metrics/index.js";
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
    const { key, patchError, otherPatchError, diversity } = figures;
    expect(key?.exact.low).toBeGreaterThan(1.5 * mostFrequent(made.cut.places));
    expect(key?.maskIou.low).toBeGreaterThan(commonMask(model, made));
    expect(patchError.high).toBeLessThan(otherPatchError.low / 2);
    expect(diversity?.low).toBeGreaterThan(0.005);
  });

  test("draws images that are about like digits", async () => {
    const [{ whole }] = made.draws;
    const moments = async (pixelsUnit: Float32Array) => {
      const features = new FeatureMoments(64);
      features.add({ first: 0, values: pixelsUnit });
      return features.result();
    };
    const real = await moments((await readImages(digits)).pixelsUnit);
    const drawn = frechetDistance(real, await moments(whole.pixelsUnit)).value;
    const floor = frechetDistance(real, await moments((await readImages(held)).pixelsUnit)).value;
    expect(drawn).toBeLessThan(3 * floor);
  });
});

/** How often the most frequent place is right: the best that a head can do that sees no patch. */
function mostFrequent(places: Int32Array): number {
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return Math.max(...counts.values()) / places.length;
}

/** Overlap of the mask of pixels that most images cover: the best of a decoder that sees no patch. */
function commonMask(model: LoadedModel, { cut }: Reassembled): number {
  const { assemble } = model.model.capabilities;
  if (assemble === undefined) throw new Error("puzzle-gan assembles");
  const { covered } = patchCanvas(assemble.places, model.data, cut.values, cut.places);
  const size = covered.length / cut.count;
  const shares = Float32Array.from({ length: size }, (_, pixel) => {
    const hits = covered.filter((_, at) => at % size === pixel);
    return hits.reduce((sum, value) => sum + value, 0) / cut.count;
  });
  const all = Float32Array.from(covered, (_, at) => shares[at % size]);
  const overlaps = maskIou(all, covered, cut.count);
  return overlaps.reduce((sum, overlap) => sum + overlap, 0) / cut.count;
}

test("puts a puzzle of real digits together, better than a solver that sees edges only", async () => {
  const { model, made } = await trained({ grid: 2, erosion: 1 }, 350);
  const figures = puzzleFigures(model, made);
  expect(figures.model.direct.low).toBeGreaterThan(figures.greedy.direct.high);
  expect(figures.model.direct.low).toBeGreaterThan(0.5);
  expect(Math.abs(figures.chance.direct.mean - 0.27)).toBeLessThan(0.08);
  await model.release();
}, 180_000);
