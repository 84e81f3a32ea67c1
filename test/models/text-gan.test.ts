import { afterAll, beforeAll, expect, test } from "vitest";
import { betweenCaptions, sample } from "../../src/core/index.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { captionAnnotation } from "../../src/core/text.js";
import { arraySet } from "../../src/data/index.js";
import { textGan } from "../../src/models/adversarial/text-gan/index.js";
import { matching } from "../../src/models/adversarial/text-gan/matching.js";
import {
  nearCaptions,
  rowsAt,
  sameCaptions,
  wrongCaptions,
} from "../../src/models/adversarial/text-gan/wrong-captions.js";
import { expectClose } from "../../src/nn/fixture.testing.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import { stream } from "../../src/runtime/random.js";
import { constant, input, mul } from "../../src/tensor/index.js";
import { trainSmall } from "./train-small.js";

const SIDE = 8;
const COUNT = 512;
const captions = ["left", "right"];
let device: Device;
let model: LoadedModel;

/** Grey images with one bright half, and what they show. */
function halves() {
  const draws = new Float64Array(COUNT);
  stream(1, "halves").uniform(draws);
  const pixels = Float32Array.from({ length: COUNT * SIDE * SIDE }, (_, at) => {
    const image = Math.floor(at / SIDE ** 2);
    const isBright = at % SIDE < SIDE / 2 === (image % 2 === 0);
    return isBright ? 0.7 + 0.3 * draws[image] : 0.3 * draws[image];
  });
  const caption = captionAnnotation(
    Array.from({ length: COUNT }, (_, image) => `bright on the ${captions[image % 2]}`),
  );
  const info = { name: "halves", source: "halves", split: "train", channels: 1 };
  return arraySet({ ...info, height: SIDE, width: SIDE, annotations: { caption } }, pixels);
}

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  model = await trainSmall({
    definition: textGan,
    device,
    images: halves(),
    config: {
      latent: 4,
      text: 16,
      condition: 8,
      channels: [16, 16],
      discriminator: [12, 16],
    },
    steps: 600,
    batchSize: 16,
    learningRate: 2e-3,
  });
}, 120_000);

afterAll(async () => {
  await model.release();
  await device.close();
});

/** Mean of the left half less that of the right. */
const lean = (pixels: Float32Array): number =>
  pixels.reduce((sum, value, at) => sum + (at % SIDE < SIDE / 2 ? value : -value), 0) /
  (SIDE ** 2 / 2);

const imagesOf = (pixelsUnit: Float32Array): Float32Array[] =>
  Array.from({ length: pixelsUnit.length / SIDE ** 2 }, (_, image) =>
    pixelsUnit.subarray(image * SIDE ** 2, (image + 1) * SIDE ** 2),
  );

test("draws what captions say: a generator that ignores them is right half of the time", async () => {
  const prompts = captions.map((side) => `bright on the ${side}`);
  const { pixelsUnit } = await sample(model, { count: 200, condition: { caption: prompts } });
  const right = imagesOf(pixelsUnit).filter((image, at) =>
    at % 2 === 0 ? lean(image) > 0.3 : lean(image) < -0.3,
  );
  expect(right.length / 200).toBeGreaterThan(0.8);
});

test("leads from one caption to the next, from each end as it is drawn alone", async () => {
  const prompts = captions.map((side) => `bright on the ${side}`);
  const options = { captions: prompts, steps: 9, seed: 2 };
  const path = imagesOf((await betweenCaptions(model, options)).pixelsUnit);
  expect(path).toHaveLength(9);
  expect(lean(path[0])).toBeGreaterThan(0.3);
  expect(lean(path[8])).toBeLessThan(-0.3);
  const back = await betweenCaptions(model, { ...options, captions: [prompts[1], prompts[0]] });
  expectClose(imagesOf(back.pixelsUnit)[8], [...path[0]], 1e-5);
  await expect(betweenCaptions(model, { ...options, captions: ["left"] })).rejects.toThrow(
    /number of captions/,
  );
  await expect(
    betweenCaptions(model, { ...options, captions: ["bright", "brigth"] }),
  ).rejects.toThrow(/"brigth" \(nearest: "bright"/);
});

test("a wrong caption is another of the batch, each as often, and never one that reads the same", () => {
  const batch = [
    [1, 2, 0],
    [1, 2, 0],
    [2, 1, 0],
    [3, 0, 0],
  ];
  const caption = constant(batch.flat(), [4, 3], "int32");
  const same = sameCaptions(caption);
  const { places, exist } = wrongCaptions(same, input("uniform", [4, 4]));
  const wrong = rowsAt(caption, places);
  const counts = new Map<string, number>();
  const uniform = new Float64Array(16);
  const draws = stream(3, "wrong");
  for (let trial = 0; trial < 400; trial++) {
    draws.uniform(uniform, trial * 16);
    const [at, words, there] = interpret([places, wrong, exist], { uniform });
    expect([...there.data]).toEqual([1, 1, 1, 1]);
    batch.forEach((own, image) => {
      expect([...words.data.slice(3 * image, 3 * image + 3)]).not.toEqual(own);
      const key = `${image} ${at.data[image]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  // Images 0 and 1 have two others each, images 2 and 3 three; five standard deviations.
  expect([...counts.keys()].sort()).toEqual([
    ..."0 2,0 3,1 2,1 3,2 0,2 1,2 3,3 0,3 1,3 2".split(","),
  ]);
  for (const [key, count] of counts) {
    const chance = key.startsWith("0") || key.startsWith("1") ? 1 / 2 : 1 / 3;
    expect(Math.abs(count / 400 - chance)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
  }
});

test("a batch of one caption has no wrong one, and says so", () => {
  const caption = constant([1, 2, 1, 2], [2, 2], "int32");
  const { exist } = wrongCaptions(sameCaptions(caption), constant([0.1, 0.9, 0.2, 0.8], [2, 2]));
  const [{ data }] = interpret([exist], {});
  expect([...data]).toEqual([0, 0]);
});

test("a near caption has one word of the other, each place at which both say something else as often", () => {
  const own = constant([1, 2, 3, 4, 1, 2, 0, 0, 5, 6, 0, 0], [3, 4], "int32");
  // The second pair differs only where one caption has no word; the third is equal.
  const other = constant([1, 7, 3, 8, 1, 2, 9, 0, 5, 6, 0, 0], [3, 4], "int32");
  const { captions, exist } = nearCaptions(own, other, input("uniform", [3, 4]));
  const uniform = new Float64Array(12);
  const draws = stream(4, "near");
  const seen = new Map<string, number>();
  for (let trial = 0; trial < 400; trial++) {
    draws.uniform(uniform, trial * 12);
    const [near, there] = interpret([captions, exist], { uniform });
    expect([...there.data]).toEqual([1, 0, 0]);
    expect([...near.data.slice(4)]).toEqual([1, 2, 0, 0, 5, 6, 0, 0]);
    const key = near.data.slice(0, 4).join();
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(["1,2,3,8", "1,7,3,4"]);
  for (const count of seen.values()) {
    expect(Math.abs(count / 400 - 1 / 2)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
  }
});

test("matching tells an image's caption from a near one that is there, and as real from as drawn", () => {
  const rows = constant([1, 0, 0, 1], [2, 2]);
  const seen = { real: rows, drawn: mul(rows, -1) };
  const same = sameCaptions(constant([1, 2], [2, 1], "int32"));
  const own = matching(seen, rows, same);
  const lost = matching(seen, rows, same, [{ captions: rows, exist: constant([1, 0], [2]) }]);
  const values = interpret([own.asReal, own.asDrawn, own.hits, lost.asReal, lost.hits], {});
  const [asReal, asDrawn, hits, among, found] = values.map(({ data }) => Array.from(data, Number));
  // Oracle: as real, logits are 10 for the own caption and for one that equals it, 0 for the other image's;
  // as drawn they have the other sign.
  const all = Math.log(Math.exp(10) + 1 + Math.exp(-10) + 1);
  expectClose(asReal, [all - 10, all - 10], 1e-6);
  expectClose(asDrawn, [all + 10, all + 10], 1e-5);
  expect(hits).toEqual([1, 1]);
  const more = Math.log(2 * Math.exp(10) + 1 + 2 * Math.exp(-10) + 1);
  expectClose(among, [more - 10, all - 10], 1e-6);
  expect(found).toEqual([0, 1]);
});

test("other images' captions that read the same are neither found nor in the way", () => {
  const rows = constant([1, 0, 1, 0, 0, 1], [3, 2]);
  const same = sameCaptions(constant([1, 1, 2], [3, 1], "int32"));
  const { asReal, hits } = matching({ real: rows, drawn: mul(rows, 0) }, rows, same);
  const [loss, found] = interpret([asReal, hits], {}).map(({ data }) => Array.from(data, Number));
  // Own 10, the other caption 0; as drawn 0 and 0. The third image has two others.
  expectClose(loss.slice(0, 2), [0, 0].fill(Math.log1p(3 * Math.exp(-10))), 1e-6);
  expectClose(loss.slice(2), [Math.log1p(5 * Math.exp(-10))], 1e-6);
  expect(found).toEqual([1, 1, 1]);
});

test("images without captions are refused, and heads that do not divide", () => {
  const data = { channels: 1, height: 8, width: 8, binary: false, levels: null };
  const build = (settings: Record<string, unknown>, annotations = {}) =>
    textGan.build(textGan.config.parse(settings), { ...data, annotations });
  expect(() => build({})).toThrow(/draws captions, but these images have none/);
  const known = { caption: { vocabulary: ["", "a"], length: 1 } };
  expect(() => build({ heads: 5 }, known)).toThrow(/heads=5 does not divide text=64/);
  expect(() => build({ channels: [4, 4, 4, 4, 4] }, known)).toThrow(/list fewer channels/);
  expect(() => build({ objective: "wasserstein", penalty: "none" }, known)).toThrow(
    /take a penalty/,
  );
  const narrow = { ...data, width: 4, annotations: known };
  const settings = { augment: ["color", "cutout"], channels: [4], discriminator: [4] };
  expect(() => textGan.build(textGan.config.parse(settings), narrow)).toThrow(
    /augment=cutout moves and cuts images, but these are only 8×4/,
  );
});
