import { expect, test } from "vitest";
import type { ImageSource } from "../../core/images.js";
import { channelsExtractor } from "./channels.js";
import type { Extractor } from "./extractor.js";

/** Judges one grey pixel: itself and its square as features, and as one of two classes. */
const grey: Extractor = {
  name: "toy",
  sha256: null,
  description: "toy",
  shape: { channels: 1, height: 1, width: 1 },
  length: 2,
  async *features(source) {
    for (let first = 0; first < source.count; first += 2) {
      const indices = [first, first + 1].filter((index) => index < source.count);
      const pixels = new Float32Array(indices.length);
      await source.read(indices, pixels);
      yield { first, values: Float32Array.from([...pixels].flatMap((x) => [x, x * x])) };
    }
  },
  classifier: {
    names: ["a", "b"],
    async probabilities(source) {
      const pixels = new Float32Array(source.count);
      await source.read(
        Array.from(pixels, (_, at) => at),
        pixels,
      );
      return Float32Array.from([...pixels].flatMap((x) => [x, 1 - x]));
    },
  },
};

const images: ImageSource = {
  count: 3,
  read(indices, out) {
    const values = [
      [0.5, 0.25],
      [1, 0],
      [0.125, 0.75],
    ];
    for (let at = 0; at < indices.length; at++) out.set(values[indices[at]], 2 * at);
  },
};
const extractor = channelsExtractor(grey, 2);

test("features of the channels follow each other, image by image", async () => {
  const found: number[] = [];
  for await (const { first, values } of extractor.features(images)) {
    expect(first).toBe(found.length / extractor.length);
    found.push(...Array.from(values));
  }
  expect(found).toEqual(
    [
      [0.5, 0.25, 0.25, 0.0625],
      [1, 1, 0, 0],
      [0.125, 0.015625, 0.75, 0.5625],
    ].flat(),
  );
});

test("a class is one for each channel", async () => {
  expect(extractor.classifier?.names).toEqual(["aa", "ab", "ba", "bb"]);
  const probs = await extractor.classifier?.probabilities(images);
  expect([...(probs ?? [])]).toEqual(
    [
      [0.125, 0.375, 0.125, 0.375],
      [0, 1, 0, 0],
      [0.09375, 0.03125, 0.65625, 0.21875],
    ].flat(),
  );
});

test("an extractor of colour is refused", () => {
  const colour = { ...grey, shape: { channels: 3, height: 1, width: 1 } };
  expect(() => channelsExtractor(colour, 3)).toThrow("only an extractor of grey images");
});
