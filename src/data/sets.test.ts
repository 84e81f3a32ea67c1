import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Annotations, classLabels, numberedClasses } from "../core/annotations.js";
import { ConfigError, DataError, MissingPixelsError } from "../core/errors.js";
import { countMissing } from "../core/missing-pixels.js";
import { batchPlan } from "./batch-plan.js";
import { binarise } from "./binarise.js";
import { dataSpecOf, dataTraits, parseDataSpec } from "./data-spec.js";
import { arraySet, type ImageSet, readImages, subset } from "./image-set.js";
import { resizeSet } from "./resize.js";
import { holdOut, validationSplit } from "./split.js";

const info = { name: "x", source: "x", split: "train", channels: 1, height: 2, width: 2 };
const greys = (count: number) =>
  arraySet(
    { ...info, annotations: classLabels(Int32Array.from({ length: count }, (_, i) => i)) },
    Uint8Array.from({ length: count * 4 }, (_, i) => (i * 37) % 256),
  );
const classesOf = ({ annotations }: ImageSet) => annotations!.class!.values;
const pixels = async (set: ImageSet, indices?: number[]) =>
  (await readImages(set, indices)).pixelsUnit;

describe("arraySet", () => {
  test("gives bytes as [0, 1] by their levels, any image in any order", async () => {
    const set = arraySet({ ...info, levels: 17 }, Uint8Array.of(0, 16, 8, 4, 1, 2, 3, 4));
    expect(set.count).toBe(2);
    expect(await pixels(set, [1, 0, 1])).toEqual(
      Float32Array.from([1, 2, 3, 4, 0, 16, 8, 4, 1, 2, 3, 4], (v) => v / 16),
    );
  });
  test("refuses what does not fit", () => {
    expect(() => arraySet(info, new Uint8Array(5))).toThrow(DataError);
    expect(() => arraySet({ ...info, levels: 2 }, Uint8Array.of(0, 1, 2, 0))).toThrow(
      /pixel 2 is 2/,
    );
    expect(() =>
      arraySet({ ...info, annotations: classLabels(new Int32Array(2)) }, new Uint8Array(4)),
    ).toThrow(/2 values of class/);
    const wrong = [new Float64Array(4), new Int8Array(4), new Uint16Array(4), [0, 1, 0, 1]];
    for (const other of wrong) {
      expect(() => arraySet(info, other as unknown as Float32Array)).toThrow(
        `must be a Uint8Array or a Float32Array, not a ${Array.isArray(other) ? "plain array" : other.constructor.name}`,
      );
    }
    for (const levels of [0, 1, 2.5, Number.NaN]) {
      expect(() => arraySet({ ...info, levels }, new Uint8Array(4))).toThrow(/levels must be/);
    }
    const set = greys(3);
    expect(() => set.read([3], new Float32Array(4))).toThrow(/no image 3; the set has 3/);
    expect(() => set.read([0.5], new Float32Array(4))).toThrow(DataError);
    expect(() => set.read([0], new Float32Array(5))).toThrow(/do not fit/);
    expect(() => subset(set, [-1])).toThrow(/no image -1/);
    expect(() => subset(set, [])).toThrow(DataError);
  });
  test("refuses annotations without a meaning", () => {
    const given = (annotations: Annotations) => () =>
      arraySet({ ...info, annotations }, new Uint8Array(4));
    const vocabulary = ["", "red"];
    const caption = (...words: number[]) =>
      given({ caption: { vocabulary, length: 2, values: Int32Array.from(words) } });
    expect(caption(1, 0)).not.toThrow();
    expect(caption(1, 2)).toThrow(/has the word 2, but only the words 0 to 1/);
    expect(caption(-1, 0)).toThrow(DataError);
    for (const value of [Number.NaN, -0.5, 2]) {
      const attributes = { names: ["smile"], values: Float32Array.of(value) };
      expect(given({ attributes })).toThrow(`an attribute is ${value}`);
    }
  });
});

describe("splits", () => {
  test("are disjoint, whole, in order and decided by the seed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 80 }),
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        fc.nat(),
        (count, fraction, seed) => {
          const { train, validation } = validationSplit(greys(count), fraction, seed);
          const [a, b] = [[...classesOf(train)], [...classesOf(validation)]];
          expect([...a, ...b].sort((x, y) => x - y)).toEqual([...Array(count).keys()]);
          expect(a).toEqual([...a].sort((x, y) => x - y));
          expect(b.length).toBe(Math.round(count * fraction));
          expect(validation.split).toBe("validation");
        },
      ),
    );
    const who = (seed: number) => classesOf(validationSplit(greys(50), 0.5, seed).validation);
    expect(who(1)).toEqual(who(1));
    expect(who(1)).not.toEqual(who(2));
  });
  test("hold out a tenth of what is not divided", () => {
    expect(holdOut(greys(50), "test").count).toBe(5);
    expect(holdOut(greys(50), "train").count).toBe(45);
    expect(holdOut(greys(50), "all").count).toBe(50);
    expect(() => holdOut(greys(50), "valid")).toThrow(/train, test and all/);
    expect(() => holdOut(greys(2), "test")).toThrow(ConfigError);
    expect(() => holdOut(greys(4), "train")).toThrow("too few images (4)");
    expect(holdOut(greys(5), "test").count).toBe(1);
    for (const bad of [0, 1, -1, Number.NaN])
      expect(() => validationSplit(greys(10), bad, 0)).toThrow(ConfigError);
  });
});

describe("groups", () => {
  const grouped = (groups: readonly number[]) =>
    arraySet(
      { ...info, groups: Uint32Array.from(groups) },
      new Uint8Array(groups.length * 4).map((_, at) => at),
    );

  test("are never parted by a split, nor by a split of a part", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30), { minLength: 40, maxLength: 120 }),
        fc.nat(),
        (groups, seed) => {
          const pool = grouped(groups);
          fc.pre(new Set(groups).size > 10);
          const test = holdOut(pool, "test");
          const { train, validation } = validationSplit(holdOut(pool, "train"), 0.3, seed);
          const parts = [test, train, validation].map((part) => new Set(part.groups));
          const together = parts.flatMap((part) => [...part]);
          expect(new Set(together).size).toBe(together.length);
          expect(test.count + train.count + validation.count).toBe(groups.length);
          expect(test.count).toBeLessThanOrEqual(Math.round(groups.length / 10));
        },
      ),
    );
  });

  test("leave the split of a set without groups as it is", () => {
    const alone = grouped([...Array(50).keys()]);
    const { origin } = validationSplit(alone, 0.2, 3).validation;
    expect(origin).toEqual(validationSplit(greys(50), 0.2, 3).validation.origin);
  });

  test("that cannot be parted are refused, and so are too few numbers", () => {
    expect(() => validationSplit(grouped(Array(50).fill(7)), 0.5, 0)).toThrow(/in 1 group /);
    expect(() => holdOut(grouped(Array(50).fill(7)), "test")).toThrow(/50, in 1 group\)/);
    const short = { ...info, groups: new Uint32Array(1) };
    expect(() => arraySet(short, new Uint8Array(8))).toThrow(/1 groups for 2 images/);
    const weights = Float32Array.of(1, -1);
    expect(() => arraySet({ ...info, weights }, new Uint8Array(8))).toThrow(/image 1 is -1/);
  });
});

describe("binarise", () => {
  const set = greys(40);
  test("draws a pixel alike in any batch and any part of the split", async () => {
    for (const mode of ["fixed", "dynamic"] as const) {
      const whole = await pixels(binarise(set, { mode, seed: 3 }, 2));
      const part = binarise(subset(subset(set, [30, 5, 9, 1]), [3, 1]), { mode, seed: 3 }, 2);
      const images = await pixels(part, [1, 0, 1]);
      const expected = [5, 1, 5].flatMap((i) => [...whole.subarray(i * 4, i * 4 + 4)]);
      expect([...images]).toEqual(expected);
      expect(part.levels).toBe(2);
      expect(whole.every((v) => v === 0 || v === 1)).toBe(true);
    }
  });
  test("draws again in each epoch only when dynamic, and by seed and split", async () => {
    const draw = (mode: "fixed" | "dynamic", epoch: number, seed = 0, from = set) =>
      pixels(binarise(from, { mode, seed }, epoch));
    expect(await draw("fixed", 0)).toEqual(await draw("fixed", 1));
    expect(await draw("dynamic", 0)).not.toEqual(await draw("dynamic", 1));
    expect(await draw("fixed", 0)).not.toEqual(await draw("fixed", 0, 1));
    expect(await draw("fixed", 0)).not.toEqual(
      await draw("fixed", 0, 0, { ...set, split: "test" }),
    );
    expect(binarise(set, { mode: "none", seed: 0 })).toBe(set);
  });
  test("has the grey value as its mean, and leaves 0 and 1 alone", async () => {
    const grey = arraySet(info, Float32Array.of(0, 0.25, 0.75, 1));
    const sum = new Float64Array(4);
    const epochs = 4000;
    for (let epoch = 0; epoch < epochs; epoch++)
      (await pixels(binarise(grey, { mode: "dynamic", seed: 0 }, epoch))).forEach((v, i) => {
        sum[i] += v;
      });
    expect([sum[0], sum[3]]).toEqual([0, epochs]);
    const deviation = 4 * Math.sqrt(0.1875 * epochs);
    expect(Math.abs(sum[1] - 0.25 * epochs)).toBeLessThan(deviation);
    expect(Math.abs(sum[2] - 0.75 * epochs)).toBeLessThan(deviation);
  });
});

describe("batchPlan", () => {
  test("reads no image twice in an epoch, and any step without those before it", () => {
    const options = { count: 10, batchSize: 3, seed: 5 };
    const plan = batchPlan(options);
    expect(plan.stepsPerEpoch).toBe(3);
    const steps = Array.from({ length: 9 }, (_, step) => [...plan.indices(step)]);
    for (const epoch of [0, 1, 2])
      expect(new Set(steps.slice(epoch * 3, epoch * 3 + 3).flat()).size).toBe(9);
    for (const step of [8, 0, 4, 3, 7])
      expect([...batchPlan(options).indices(step)]).toEqual(steps[step]);
    expect(plan.epoch(8)).toBe(2);
    expect(steps[0]).not.toEqual(steps[3]);
  });
  test("has equally many images of each domain, each domain in passes of its own", () => {
    const domains = [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1];
    const options = { count: 12, batchSize: 4, seed: 5, domains };
    const plan = batchPlan(options);
    // Eight images of domain 0 take four steps, four of domain 1 two.
    expect(plan.stepsPerEpoch).toBe(4);
    expect([plan.epoch(3), plan.epoch(4)]).toEqual([0, 1]);
    const steps = Array.from({ length: 8 }, (_, step) => [...plan.indices(step)]);
    for (const indices of steps) expect(indices.map((at) => domains[at])).toEqual([0, 0, 1, 1]);
    const imagesOf = (domain: number, from: number, to: number) =>
      steps
        .slice(from, to)
        .flat()
        .filter((index) => domains[index] === domain)
        .sort((a, b) => a - b);
    for (const from of [0, 4])
      expect(imagesOf(0, from, from + 4)).toEqual([0, 2, 3, 5, 6, 8, 9, 10]);
    for (const from of [0, 2, 4, 6]) expect(imagesOf(1, from, from + 2)).toEqual([1, 4, 7, 11]);
    for (const step of [7, 0, 5, 2]) {
      expect([...batchPlan(options).indices(step)]).toEqual(steps[step]);
    }
    expect(steps[0]).not.toEqual(steps[4]);
  });
  test("refuses domains that cannot fill a batch equally", () => {
    const domains = [0, 0, 0, 1];
    const plan = (batchSize: number, given: number[] = domains) =>
      batchPlan({ count: 4, batchSize, seed: 0, domains: given });
    expect(() => plan(3)).toThrow(/multiple of 2/);
    expect(() => plan(4)).toThrow(/domain 1 has 1. Choose at most 2/);
    expect(() => plan(2, [0, 1])).toThrow(/there are 2 domain numbers for 4 images/);
    expect(() => plan(3, [0, 0, 2, 2])).toThrow(/domain 1 has 0/);
    expect(plan(2).stepsPerEpoch).toBe(3);
  });
  test("refuses a batch that cannot be filled", () => {
    expect(() => batchPlan({ count: 10, batchSize: 11, seed: 0 })).toThrow(/at most 10/);
    expect(() => batchPlan({ count: 10, batchSize: 0, seed: 0 })).toThrow(ConfigError);
    expect(batchPlan({ count: 10, batchSize: 10, seed: 0 }).stepsPerEpoch).toBe(1);
  });
});

describe("resizeSet", () => {
  const ramp = arraySet(
    { ...info, channels: 3, height: 4, width: 6 },
    Float32Array.from({ length: 3 * 24 }, (_, i) => (i % 6) / 5),
  );
  test("keeps flat images flat and cuts the middle out", async () => {
    const flat = arraySet({ ...info, height: 5, width: 9 }, new Uint8Array(45).fill(51));
    for (const [height, width] of [
      [3, 3],
      [10, 4],
      [20, 31],
      [1, 1],
    ] as const) {
      const out = await pixels(resizeSet(flat, { height, width, fit: "cover" }));
      expect(out).toEqual(new Float32Array(height * width).fill(0.2));
    }
    const square = await pixels(resizeSet(ramp, { height: 4, width: 4, fit: "cover" }));
    expect(square.slice(0, 4)).toEqual(Float32Array.from([0.2, 0.4, 0.6, 0.8]));
  });
  test("averages over what it shrinks (triangle filter of twice the step)", async () => {
    const line = arraySet(
      { ...info, height: 1, width: 8 },
      Float32Array.of(0, 0, 0, 1, 0, 0, 0, 0),
    );
    const half = await pixels(resizeSet(line, { height: 1, width: 4, fit: "fill" }));
    // Weights of pixels 2j−1 … 2j+2 for output j are 1, 3, 3, 1 eighths.
    expect([...half]).toEqual([0, 3 / 8, 1 / 8, 0]);
  });
});

describe("DataSpec", () => {
  test("is what a run remembers, survives JSON and refuses unknown keys", () => {
    const spec = dataSpecOf(greys(3), { binarisation: { mode: "fixed", seed: 1 } });
    expect(parseDataSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    expect(dataTraits(spec)).toEqual({
      channels: 1,
      height: 2,
      width: 2,
      binary: true,
      levels: 2,
      annotations: numberedClasses(3),
    });
    expect(dataTraits(dataSpecOf(greys(3))).binary).toBe(false);
    expect(() => parseDataSpec({ ...spec, colour: 1 })).toThrow(/colour/);
    expect(() => parseDataSpec({ ...spec, height: 0 })).toThrow(ConfigError);
  });
});

describe("missing pixels", () => {
  const N = Number.NaN;
  const set = arraySet(info, Float32Array.of(0, 1, 0.5, 0.25, N, 1, N, 0.5, 0.5, 0.5, 0.5, 0.5));
  test("are counted in each image, and by a part for its own images", () => {
    expect(set.missing).toEqual(Uint32Array.of(0, 2, 0));
    expect(countMissing(set)).toEqual({ values: 2, images: 1 });
    expect(subset(set, [1, 0]).missing).toEqual(Uint32Array.of(2, 0));
    expect(subset(set, [2, 0])).not.toHaveProperty("missing");
    expect(arraySet(set, new Float32Array(4))).not.toHaveProperty("missing");
    expect(greys(2)).not.toHaveProperty("missing");
  });
  test("stay missing when the others are binarised, which are drawn as in whole images", async () => {
    const whole = arraySet(
      info,
      (await pixels(set)).map((v) => (Number.isNaN(v) ? 0.7 : v)),
    );
    const fixed = { mode: "fixed", seed: 1 } as const;
    const [holed, drawn] = [binarise(set, fixed), binarise(whole, fixed)];
    expect(holed.missing).toEqual(set.missing);
    const expected = (await pixels(drawn)).map((v, at) => (at === 4 || at === 6 ? N : v));
    expect(await pixels(holed)).toEqual(expected);
  });
  test("keep images from being resized, which says where the first is", () => {
    const resize = { height: 1, width: 1, fit: "fill" } as const;
    expect(() => resizeSet(subset(set, [2, 1]), resize)).toThrow(
      new MissingPixelsError(
        "image 1 has missing pixels (NaN); they cannot be resized",
        "x",
        "show",
      ),
    );
    expect(resizeSet(subset(set, [2, 0]), resize).width).toBe(1);
    expect(resizeSet(set, { ...resize, height: 2, width: 2 })).toBe(set);
  });
});
