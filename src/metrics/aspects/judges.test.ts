import { beforeAll, describe, expect, test } from "vitest";
import { conditionLike } from "../../core/capabilities/condition.js";
import { type ImageSet, readImages } from "../../data/image-set.js";
import { loadDataset } from "../../data/load-dataset.js";
import { stream } from "../../runtime/random.js";
import { askedBy, type Judges, NONE } from "./judges.js";
import { judgesFor } from "./registry.js";

/*
 * Judges on images of the test split, whose combinations are in no training image. The oracle is what the
 * images were drawn from: their captions.
 */

const COUNT = 600;
const PIXELS = 3 * 32 * 32;

describe.each(["scenes-digits", "shapes"])("judges of %s", (name) => {
  const judges = judgesFor(name) as Judges;
  const { slots } = judges;
  const byPixels = slots.flatMap(({ run }, at) => (run === undefined ? [at] : []));
  let set: ImageSet;
  let images: Float32Array;
  let asked: Int32Array;

  beforeAll(async () => {
    set = await loadDataset(name, { split: "test" });
    const indices = Array.from({ length: COUNT }, (_, at) => at);
    images = (await readImages(set, indices)).pixelsUnit;
    asked = askedBy(judges, conditionLike(set.annotations!, COUNT), COUNT, () => new Error());
  });

  const image = (at: number) => images.slice(at * PIXELS, (at + 1) * PIXELS);

  /** Share of right values in each slot that pixels tell, where image `at` is made by `make`. */
  function accuracies(make: (at: number) => Float32Array, count = COUNT): number[] {
    const right = byPixels.map(() => 0);
    for (let at = 0; at < count; at++) {
      const seen = judges.read(make(at));
      for (const [number, slot] of byPixels.entries())
        if (seen?.[slot] === asked[at * slots.length + slot]) right[number]++;
    }
    return right.map((hits) => hits / count);
  }

  test("read more than 98 % of the real images right in every slot", () => {
    for (const accuracy of accuracies(image)) expect(accuracy).toBeGreaterThan(0.98);
  });

  test("find what captions ask in the attributes of the images", () => {
    const { names, values } = set.annotations!.attributes!;
    for (let at = 0; at < COUNT; at++) {
      const words = slots.map(({ values }, slot) => values[asked[at * slots.length + slot]]);
      const has = (word: string) => values[at * names.length + names.indexOf(word)] === 1;
      expect(words.every(has)).toBe(true);
    }
    expect(judges.asked({ caption: "a blue sky" })).toBeUndefined();
    const example = judges.asked({ caption: judges.example });
    expect(example).toHaveLength(slots.length);
    expect(judges.asked({ caption: judges.example.toUpperCase() })).toEqual(example);
    expect(judges.asked({})).toBeUndefined();
  });

  test("see through noise, dimness, a shifted colour and specks", () => {
    const noise = new Float32Array(PIXELS);
    const changes: ((pixel: number, at: number) => number)[] = [
      (pixel, at) => pixel + 0.04 * noise[at],
      (pixel) => 0.75 * pixel,
      (pixel) => 0.1 + 0.9 * pixel,
      (pixel, at) => pixel * (at < 1024 ? 0.92 : 1),
      (pixel, at) => (at % 1024 === 40 || at % 1024 === 900 ? 0.9 : pixel),
    ];
    for (const change of changes) {
      const changed = (at: number) => {
        stream(at, "noise").normal(noise);
        return image(at).map((pixel, i) => Math.min(1, Math.max(0, change(pixel, i))));
      };
      for (const accuracy of accuracies(changed, 200)) expect(accuracy).toBeGreaterThan(0.96);
    }
  });

  test("see nothing in images of one shade, in noise and in a ramp", () => {
    const noise = new Float32Array(PIXELS);
    for (let seed = 0; seed < 50; seed++) {
      stream(seed, "noise").normal(noise);
      expect(judges.read(noise.map((value) => Math.abs(value % 1)))).toBeUndefined();
      expect(judges.read(noise.map((value) => 0.1 + 0.05 * value))).toBeUndefined();
      expect(judges.read(noise.map((value) => Math.max(0, 0.1 + 0.1 * value)))).toBeUndefined();
    }
    for (const shade of [0, 0.05, 0.5, 1])
      expect(judges.read(new Float32Array(PIXELS).fill(shade))).toBeUndefined();
    expect(judges.read(noise.map((_, at) => (at % 32) / 31))).toBeUndefined();
  });

  test("read another colour, and nothing else, where red and blue change places", () => {
    const swapped = (at: number) => {
      const pixels = image(at);
      const red = pixels.slice(0, 1024);
      pixels.copyWithin(0, 2048, 3072);
      pixels.set(red, 2048);
      return pixels;
    };
    const colour = slots.findIndex((slot) => slot.name === "colour");
    const [red, blue] = ["red", "blue"].map((word) => slots[colour].values.indexOf(word));
    let seenRed = 0;
    for (let at = 0; at < COUNT; at++) {
      if (asked[at * slots.length + colour] !== red) continue;
      seenRed++;
      const [before, after] = [judges.read(image(at)), judges.read(swapped(at))];
      // The palette's blue has more green in it than its red.
      expect([blue, NONE]).toContain(after?.[colour]);
      expect(after?.filter((_, slot) => slot !== colour)).toEqual(
        before?.filter((_, slot) => slot !== colour),
      );
    }
    expect(seenRed).toBeGreaterThan(30);
  });

  test("read another place, and nothing else, where the figure is moved to the right", () => {
    const place = slots.findIndex((slot) => slot.name === "place");
    const { values } = slots[place];
    const by = name === "shapes" ? 14 : 12;
    // The empty columns at the right end go to the left.
    const moved = (at: number) =>
      image(at).map((_, i, pixels) => pixels[i - (i % 32) + ((i + 32 - by) % 32)]);
    let seenLeft = 0;
    for (let at = 0; at < COUNT; at++) {
      const asks = values[asked[at * slots.length + place]];
      if (!asks.endsWith("left")) continue;
      seenLeft++;
      const expected = [...(judges.read(image(at)) ?? [])];
      expected[place] = values.indexOf(asks.replace("left", "right"));
      expect(judges.read(moved(at))).toEqual(expected);
    }
    expect(seenLeft).toBeGreaterThan(100);
  });
});

test("data sets with options have the judges of their name, others none", () => {
  expect(judgesFor("scenes:seed=3")).toBe(judgesFor("scenes"));
  expect(judgesFor("avatars")).toBeUndefined();
  expect(judgesFor("/a/folder")).toBeUndefined();
});
