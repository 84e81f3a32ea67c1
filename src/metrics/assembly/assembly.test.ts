import { expect, test } from "vitest";
import { drawDiversity } from "./draw-diversity.js";
import { maskIou } from "./mask-iou.js";
import { patchErrors } from "./patch-fidelity.js";

const imagesOf = (values: readonly number[]) => ({
  count: 2,
  channels: 1,
  height: 1,
  width: 2,
  pixelsUnit: Float32Array.from(values),
});

test("intersection over union counts pixels from ½ on, and empty masks as equal", () => {
  const drawn = Float32Array.of(0.5, 0.9, 0.4, 0, 0, 0.1, 0.2, 0);
  expect(maskIou(drawn, Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0), 2)).toEqual([1 / 3, 1]);
  expect(() => maskIou(drawn, new Uint8Array(3), 2)).toThrow("no masks of 2 images");
});

test("errors under patches leave out what no patch covers", () => {
  const canvas = { images: imagesOf([0.5, 0, 0.25, 1]), covered: Uint8Array.of(1, 0, 1, 1) };
  expect(patchErrors(imagesOf([0.25, 1, 0.5, 0]), canvas)).toEqual([0.25, (0.25 + 1) / 2]);
});

test("diversity is the mean distance of all pairs of draws", () => {
  const draws = [imagesOf([0, 0, 0, 0]), imagesOf([1, 0, 0, 0]), imagesOf([1, 1, 0, 0.5])];
  // Pairs of the first image: ½, 1, ½; of the second: 0, ¼, ¼.
  expect(drawDiversity(draws)).toEqual([2 / 3, 1 / 6]);
  expect(() => drawDiversity([draws[0]])).toThrow("at least two draws");
});
