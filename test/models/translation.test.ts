import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { originsOf, targetsFor, translate } from "../../src/core/capabilities/translate.js";
import { ConfigError, DataError } from "../../src/core/errors.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { loadModel } from "../../src/core/loaded-model.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, loadDataset, readImages, subset } from "../../src/data/index.js";
import { validationSplit } from "../../src/data/split.js";
import { unionOf } from "../../src/data/union.js";
import { cyclegan } from "../../src/models/adversarial/cyclegan/index.js";
import { stargan } from "../../src/models/adversarial/stargan/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { batchesOf } from "../../src/training/plan.js";
import { trainSmall } from "./train-small.js";

let device: Device;
let digits: ImageSet;
let dimmed: ImageSet;
const PARTS = 1400;
/** What the other domain does to a pixel. */
const dim = (value: number): number => 0.3 + 0.4 * value;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  digits = subset(
    await loadDataset("digits"),
    Array.from({ length: PARTS }, (_, at) => at),
  );
  const { pixelsUnit } = await readImages(digits);
  const ids = Array.from({ length: PARTS }, (_, at) => `digit ${at}`);
  digits = { ...digits, ids };
  dimmed = arraySet({ ...digits, name: "dimmed", source: "dimmed" }, pixelsUnit.map(dim));
}, 60_000);

afterAll(() => device.close());

/** A model with the weights that a training begins with. */
function untrained(
  definition: typeof cyclegan,
  images: ImageSet,
  settings: Record<string, unknown>,
): Promise<LoadedModel> {
  const data = dataTraits(dataSpecOf(images));
  const config = definition.config.parse(settings);
  const values = initialValues(variablesOf(definition.build(config, data), data).list(), 1);
  const own = [...values].filter(([name]) => /^(parameters|buffers)\./.test(name));
  return loadModel(definition, config, data, device, new Map(own));
}

const absolute = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;

const networks = { channels: [12, 16], blocks: 1, patches: [16, 24] };

test("cyclegan learns to dim digits and to undo it, without pairs", async () => {
  const images = unionOf([digits, dimmed]);
  const model = await trainSmall({
    definition: cyclegan,
    device,
    images,
    config: networks,
    steps: 300,
    batchSize: 16,
    learningRate: 2e-3,
  });
  const source = subset(
    digits,
    Array.from({ length: 100 }, (_, at) => at),
  );
  const { pixelsUnit } = await readImages(source);
  const targets = targetsFor(model, source, { class: "dimmed" });
  const there = await translate(model, source, targets);
  const origins = originsOf(model, source, targets);
  expect(origins?.class?.values[0]).toBe(0);
  const back = await translate(
    model,
    { ...source, read: (_, out) => out.set(there.pixelsUnit) },
    origins ?? {},
  );
  const expected = pixelsUnit.map(dim);
  expect(absolute(there.pixelsUnit, expected)).toBeLessThan(absolute(pixelsUnit, expected) / 3);
  expect(absolute(back.pixelsUnit, pixelsUnit)).toBeLessThan(0.1);
  await model.release();
}, 120_000);

/** Sets the pixels at the border of images of 8×8 to white. */
const framed = (value: number, at: number): number =>
  [at % 8, Math.floor(at / 8) % 8].some((place) => place === 0 || place === 7) ? 1 : value;

test("stargan learns what an attribute does, and leaves images alone that have it", async () => {
  const { pixelsUnit: plain } = await readImages(digits);
  const pixels = new Float32Array(2 * plain.length);
  pixels.set(plain);
  pixels.set(plain.map(framed), plain.length);
  const values = Float32Array.from({ length: 2 * PARTS }, (_, at) => Number(at >= PARTS));
  const { ids: _, origin: __, ...info } = digits;
  const attributes = { names: ["framed"], values };
  const images = arraySet({ ...info, annotations: { attributes } }, pixels);
  const model = await trainSmall({
    definition: stargan,
    device,
    images,
    config: networks,
    steps: 900,
    batchSize: 16,
    learningRate: 2e-3,
    betas: [0.5, 0.999],
  });
  const source = subset(
    images,
    Array.from({ length: 100 }, (_, at) => at * 28),
  );
  const targets = targetsFor(model, source, { attributes: { framed: 1 } });
  const { pixelsUnit } = await translate(model, source, targets);
  const { pixelsUnit: given } = await readImages(source);
  const asked = given.map(framed);
  const half = given.length / 2;
  const errors = (images: Float32Array) => [
    absolute(images.subarray(0, half), asked.subarray(0, half)),
    absolute(images.subarray(half), asked.subarray(half)),
  ];
  const [toFrame, framedAlready] = errors(pixelsUnit);
  // A generator that is not told the target must do the same to both halves.
  expect(toFrame).toBeLessThan(errors(given)[0] / 2);
  expect(framedAlready).toBeLessThan(0.06);
  await model.release();
}, 180_000);

describe("what is asked of a translation", () => {
  test("a domain or an attribute that the model does not know is refused, and so is the wrong kind", async () => {
    const model = await untrained(cyclegan, unionOf([digits, dimmed]), networks);
    expect(() => targetsFor(model, digits, { class: "dimed" })).toThrow(/did you mean "dimmed"/);
    expect(() => targetsFor(model, digits, { attributes: { beard: 1 } })).toThrow(
      /translates to a domain: digits, dimmed/,
    );
    await expect(
      translate(model, digits, { class: { names: [], values: new Int32Array(1) } }),
    ).rejects.toThrow(ConfigError);
    await model.release();
  });

  test("attributes that are not named stay, and must be known to stay", async () => {
    const values = Float32Array.from({ length: 2 * PARTS }, (_, at) => at % 2);
    const attributes = { names: ["thin", "round"], values };
    const known = { ...digits, annotations: { attributes } };
    const model = await untrained(stargan, known, networks);
    const { attributes: target } = targetsFor(model, known, { attributes: { thin: 1 } });
    expect([...(target?.values.subarray(0, 4) ?? [])]).toEqual([1, 1, 1, 1]);
    // An image is thin or round: each takes the other's place.
    const either = {
      ...digits,
      annotations: { attributes: { ...attributes, oneOf: [attributes.names] } },
    };
    const asked = (named: Record<string, number>) =>
      targetsFor(model, either, { attributes: named });
    expect([...(asked({ thin: 1 }).attributes?.values.subarray(0, 4) ?? [])]).toEqual([1, 0, 1, 0]);
    expect(() => asked({ thin: 1, round: 1 })).toThrow("an image has one of thin, round");
    expect(() => asked({ thin: 0 })).toThrow(
      "thin cannot be removed, only replaced: name another of round",
    );
    const { annotations: _, ...unknown } = known;
    expect(() => targetsFor(model, unknown, { attributes: { thin: 1 } })).toThrow(DataError);
    expect(() => targetsFor(model, unknown, { attributes: { thin: 1, round: 0 } })).not.toThrow();
    expect(() => targetsFor(model, known, { attributes: { fat: 1 } })).toThrow(ConfigError);
    await model.release();
  });

  test("one domain, other sizes and other channels are refused before work", async () => {
    const data = dataTraits(dataSpecOf(digits));
    expect(() => cyclegan.build(cyclegan.config.parse({}), data)).toThrow(
      /two domains, but these images have 10; give two data sets/,
    );
    const settings = { ...networks, objective: "wasserstein", penalty: "none" };
    expect(() =>
      stargan.build(stargan.config.parse(settings), {
        ...data,
        annotations: { attributes: { names: ["thin"] } },
      }),
    ).toThrow(/no least value unless the discriminator is bounded; take a penalty/);
    const one = { ...data, annotations: { class: { names: ["digits"] } } };
    expect(() => stargan.build(stargan.config.parse(networks), one)).toThrow(
      /all images are of one/,
    );
    expect(() =>
      stargan.build(stargan.config.parse(networks), { ...data, annotations: {} }),
    ).toThrow(/needs images with attributes/);
    expect(() =>
      cyclegan.build(cyclegan.config.parse({ channels: [4, 4, 4, 4] }), {
        ...data,
        annotations: { class: { names: ["a", "b"] } },
      }),
    ).toThrow(/8×8 cannot be halved 3 times/);
    const wide = arraySet({ ...digits, channels: 2, height: 4 }, new Float32Array(PARTS * 64));
    expect(() => unionOf([digits, { ...wide, source: "wide" }])).toThrow(/convert all to/);
  });
});

test("batches never pair an image with its counterpart more often than chance, nor read held-out ones", () => {
  const images = unionOf([digits, dimmed]);
  const { train, validation } = validationSplit(images, 0.1, 5);
  const heldOut = new Set(validation.ids);
  const model = cyclegan.build(cyclegan.config.parse(networks), dataTraits(dataSpecOf(images)));
  const half = 8;
  const batches = batchesOf({ train, model }, 2 * half, 3);
  let [pairs, beside, drawn] = [0, 0, 0];
  for (let step = 0; step < 2 * batches.stepsPerEpoch; step++) {
    const ids = Array.from(batches.indices(step), (index) => train.ids?.[index] ?? "");
    expect(ids.some((id) => heldOut.has(id))).toBe(false);
    const [first, second] = [ids.slice(0, half), ids.slice(half)];
    expect(
      new Set(
        Array.from(batches.indices(step))
          .slice(0, half)
          .map((index) => train.annotations?.class?.values[index]),
      ).size,
    ).toBe(1);
    drawn += half;
    pairs += first.filter((id) => second.includes(id)).length;
    beside += first.filter((id, at) => second[at] === id).length;
  }
  // Both domains have the same heldOut numbers left out, and each batch takes 8 of about 1,260.
  const chance = half / (train.count / 2);
  expect(heldOut.size).toBeGreaterThan(100);
  expect(pairs / drawn).toBeLessThan(chance + 5 * Math.sqrt(chance / drawn));
  expect(beside / drawn).toBeLessThan(5 * chance);
});
