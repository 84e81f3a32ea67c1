import { describe, expect, test } from "vitest";
import { ConfigError, MissingPixelsError } from "../core/errors.js";
import { Augmentation, augment } from "./augment.js";
import { arraySet, type ImageSet, readImages, subset } from "./image-set.js";

const info = { name: "x", source: "x", split: "train", channels: 1, height: 3, width: 4 };
const images = (count: number) =>
  arraySet(
    info,
    Uint8Array.from({ length: count * 12 }, (_, at) => (at * 37) % 256),
  );
const pixelsOf = async (set: ImageSet, indices?: number[]) => [
  ...(await readImages(set, indices)).pixelsUnit,
];
const settings = (given: Partial<Augmentation>) => Augmentation.parse(given);

/** What moving by whole pixels gives, spelt out: the border goes on beyond the image. */
function moved(image: readonly number[], down: number, right: number, isMirrored: boolean) {
  const within = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  return image.map((_, at) => {
    const row = within(Math.floor(at / 4) - down, 3);
    const column = within((at % 4) - right, 4);
    return image[row * 4 + (isMirrored ? 3 - column : column)];
  });
}

describe("augment", () => {
  test("mirrors and shifts by whole pixels, every amount about equally often", async () => {
    const one = await pixelsOf(images(1));
    const seen = new Map<string, number>();
    const draws = 3600;
    for (let epoch = 0; epoch < draws; epoch++) {
      const found = await pixelsOf(augment(images(1), settings({ flip: true, shift: 1 }), epoch));
      seen.set(found.join(), (seen.get(found.join()) ?? 0) + 1);
    }
    const amounts = [-1, 0, 1].flatMap((down) =>
      [-1, 0, 1].flatMap((right) =>
        [true, false].map((isMirrored) => moved(one, down, right, isMirrored).join()),
      ),
    );
    expect([...seen.keys()].sort()).toEqual([...amounts].sort());
    // Each of 18 has 200 ± 4 standard deviations.
    const deviation = 4 * Math.sqrt(draws * (1 / 18) * (17 / 18));
    for (const count of seen.values()) expect(Math.abs(count - 200)).toBeLessThan(deviation);
  });

  test("draws by image and epoch, whatever the batch and the part", async () => {
    const options = settings({ flip: true, shift: 2, rotation: 30, seed: 4 });
    const whole = await pixelsOf(augment(images(9), options, 2));
    const part = augment(subset(subset(images(9), [8, 2, 5]), [2, 0]), options, 2);
    const expected = [8, 5, 8].flatMap((at) => whole.slice(at * 12, at * 12 + 12));
    expect(await pixelsOf(part, [1, 0, 1])).toEqual(expected);
    const other = async (set: ImageSet, seed: number, epoch: number) =>
      pixelsOf(augment(set, { ...options, seed }, epoch));
    expect(await other(images(9), 4, 3)).not.toEqual(whole);
    expect(await other(images(9), 5, 2)).not.toEqual(whole);
    expect(await other({ ...images(9), split: "test" }, 4, 2)).not.toEqual(whole);
  });

  test("turns about the middle: half a turn reverses, a quarter transposes", async () => {
    const square = { ...info, height: 3, width: 3 };
    const set = arraySet(square, Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
    /** The image at each angle that is drawn, by the angle's nearest quarter. */
    const found = new Set<string>();
    for (let epoch = 0; epoch < 4000; epoch++) {
      const turned = await pixelsOf(augment(set, settings({ rotation: 180 }), epoch));
      found.add(turned.map((value) => Math.round(value * 255)).join(""));
    }
    for (const quarter of ["012345678", "630741852", "876543210", "258147036"]) {
      expect(found).toContain(quarter);
    }
  });

  test("keeps flat images, levels and the range of pixels", async () => {
    const options = settings({ flip: true, shift: 2, rotation: 180 });
    const flat = arraySet(info, new Uint8Array(24).fill(51));
    expect(new Set(await pixelsOf(augment(flat, options, 0)))).toEqual(new Set([Math.fround(0.2)]));
    const binary = arraySet(
      { ...info, levels: 2 },
      Uint8Array.from({ length: 240 }, (_, i) => i % 2),
    );
    expect(new Set(await pixelsOf(augment(binary, options, 1)))).toEqual(new Set([0, 1]));
    const floats = arraySet(
      info,
      Float32Array.from({ length: 120 }, (_, at) => at / 119),
    );
    for (const value of await pixelsOf(augment(floats, options, 1))) {
      expect(value >= 0 && value <= 1).toBe(true);
    }
  });

  test("moves all channels of an image alike", async () => {
    const grey = Uint8Array.from({ length: 12 }, (_, at) => at * 20);
    const colour = arraySet({ ...info, channels: 3 }, Uint8Array.of(...grey, ...grey, ...grey));
    for (let epoch = 0; epoch < 10; epoch++) {
      const found = await pixelsOf(augment(colour, settings({ shift: 1, rotation: 20 }), epoch));
      expect(found.slice(12, 24)).toEqual(found.slice(0, 12));
      expect(found.slice(24)).toEqual(found.slice(0, 12));
    }
  });

  test("refuses shifts by a side, and images that lack pixels", () => {
    expect(() => augment(images(1), settings({ shift: 3 }), 0)).toThrow(ConfigError);
    const missing = arraySet(info, new Float32Array(12).fill(Number.NaN, 0, 1));
    expect(() => augment(missing, settings({ flip: true }), 0)).toThrow(MissingPixelsError);
    expect(augment(missing, settings({}), 0)).toBe(missing);
  });
});
