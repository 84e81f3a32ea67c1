import { afterAll, beforeAll, expect, test } from "vitest";
import { encode } from "../../../core/capabilities/codes.js";
import { complete } from "../../../core/capabilities/complete.js";
import { sample } from "../../../core/capabilities/sample.js";
import { score } from "../../../core/capabilities/score.js";
import { type ImageSet, readImages, subset } from "../../../data/image-set.js";
import { openDevice } from "../../../runtime/device.js";
import type { Device } from "../../../runtime/program.js";
import {
  expectClose,
  loadHmm,
  passOf,
  randomImages,
  randomValues,
  traitsOf,
  type Values,
} from "./hmm.testing.js";
import { hmm, viterbi } from "./index.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const CLASSES = 3;
const labels = Int32Array.of(2, 0, 1, 1, 2, 0, 2);
const names = ["a", "b", "c"];
const classed = (images: ImageSet): ImageSet => ({
  ...images,
  annotations: { class: { values: labels.slice(0, images.count), names } },
});
const members = (label: number) =>
  Array.from(labels.keys()).filter((image) => labels[image] === label);

/** The parameters of one class: its part of every value, as an unconditional model has them. */
const partOf = (values: Values, label: number): Values =>
  new Map(
    [...values].map(([name, all]) => {
      const size = all.length / CLASSES;
      return [name, all.slice(label * size, (label + 1) * size)];
    }),
  );

const cases = [
  { emission: "bernoulli", levels: 2 },
  { emission: "discrete", levels: 3, topology: "left-right" },
  { emission: "gaussian", sequence: "pixels" },
  { emission: "gaussian", covariance: "full" },
] as const;

test.each(cases)(
  "is one model per class: $emission $topology $sequence $covariance",
  async (each) => {
    const { levels, ...rest } = { levels: undefined, ...each };
    const images = classed(randomImages(7, 1, levels));
    const config = { states: 2, ...rest };
    const data = traitsOf(images);
    const values = randomValues({ ...config, conditional: true }, data, 4, 1.5);
    const model = await loadHmm(device, { ...config, conditional: true }, data, values);
    const whole = await score(model, images);
    const paths = await viterbi(model, images);
    const codes = await encode(model, images);
    const known = Uint8Array.from([1, 1, 1, 0, 0, 0, 0, 0, 0]);
    const full = rest.emission === "gaussian" && "covariance" in rest;
    const filled = await complete(model, images, { known, draw: false });
    for (let label = 0; label < CLASSES; label++) {
      const own = members(label);
      const { annotations: _, ...plain } = data;
      const alone = await loadHmm(
        device,
        config,
        { ...plain, annotations: {} },
        partOf(values, label),
      );
      const some = subset(images, own);
      const size = codes.values.length / 7;
      expectClose(
        own.map((image) => whole.perImage[image]),
        (await score(alone, some)).perImage,
        4,
      );
      const { states, length } = await viterbi(alone, some);
      const theirs = await encode(alone, some);
      const { pixelsUnit } = await complete(alone, some, { known, draw: false });
      own.forEach((image, at) => {
        const path = paths.states.subarray(image * length, (image + 1) * length);
        expect(Array.from(path)).toEqual(
          Array.from(states.subarray(at * length, (at + 1) * length)),
        );
        const [from, to] = [image, image + 1].map((index) => index * size);
        expectClose(
          codes.values.subarray(from, to),
          theirs.values.subarray(at * size, (at + 1) * size),
          4,
        );
        expectClose(
          filled.pixelsUnit.subarray(image * 9, (image + 1) * 9),
          pixelsUnit.subarray(at * 9, (at + 1) * 9),
          full ? 3 : 4,
        );
      });
      await alone.release();
    }
    await model.release();
  },
);

test.each(cases)("learns each class from its own images: $emission $topology", async (each) => {
  const { levels, ...rest } = { levels: undefined, ...each };
  const images = classed(randomImages(7, 1, levels));
  const data = traitsOf(images);
  const config = { states: 2, ...rest };
  const values = randomValues({ ...config, conditional: true }, data, 4, 1.5);
  const { pixelsUnit } = await readImages(images);
  const weights = Float32Array.from({ length: 7 }, (_, image) => 1 + (image % 3));
  const pass = passOf({ ...config, conditional: true }, data);
  const { values: all, metrics } = pass(values, pixelsUnit, weights, labels);
  let nats = 0;
  for (let label = 0; label < CLASSES; label++) {
    const own = members(label);
    const pixels = own.flatMap((image) =>
      Array.from(pixelsUnit.subarray(image * 9, (image + 1) * 9)),
    );
    const theirs = Float32Array.from(own, (image) => weights[image]);
    const alone = passOf(config, { ...data, annotations: {} })(
      partOf(values, label),
      Float32Array.from(pixels),
      theirs,
    );
    nats += alone.metrics.nllNats * theirs.reduce((sum, weight) => sum + weight, 0);
    for (const [name, value] of partOf(all as Values, label)) {
      if (name.endsWith("axes")) continue; // up to their signs and order
      expectClose(value, alone.values.get(name) as Float64Array, 3);
    }
  }
  expect(metrics.nllNats).toBeCloseTo(nats / weights.reduce((sum, weight) => sum + weight, 0), 4);
});

test("draws images of the class that is asked for", async () => {
  const images = classed(randomImages(7, 1, 2));
  const data = traitsOf(images);
  const config = { states: 2, emission: "bernoulli", conditional: true };
  const values = randomValues(config, data, 4);
  // All pixels of class b are white, those of the others black.
  values.set(
    "parameters.emission.logits",
    Float32Array.from({ length: CLASSES * 2 * 3 }, (_, at) =>
      Math.floor(at / 6) === 1 ? 30 : -30,
    ),
  );
  const model = await loadHmm(device, config, data, values);
  const drawn = await sample(model, { count: 4, draw: true, condition: { class: ["b", "c"] } });
  expect(Array.from({ length: 4 }, (_, image) => drawn.pixelsUnit[9 * image + 4])).toEqual([
    1, 0, 1, 0,
  ]);
  await model.release();
});

test("images without classes are refused", () => {
  const data = traitsOf(randomImages(3, 1, 2));
  const build = () => hmm.build(hmm.config.parse({ conditional: true }), data);
  expect(build).toThrow("hmm: conditional=true needs labelled images");
});
