import { expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import { retrieval } from "./retrieval.js";

const along = (...axes: number[]): Float32Array =>
  Float32Array.from(axes.flatMap((axis) => [0, 1, 2, 3].map((at) => Number(at === axis))));

test("finds what is nearest within each group, in both directions", () => {
  const texts = ["a", "b", "c", "d"];
  const images = along(0, 1, 2, 3);
  expect(retrieval(images, images, texts, 4)).toEqual({
    count: 4,
    imageToCaption: 4,
    captionToImage: 4,
  });
  const swapped = along(1, 0, 2, 3);
  expect(retrieval(images, swapped, texts, 4).imageToCaption).toBe(2);
  expect(retrieval(images, swapped, texts, 2)).toMatchObject({ count: 4, captionToImage: 2 });
});

test("the directions differ where one caption draws all images", () => {
  const images = Float32Array.from([1, 0, 0.8, 0.6]);
  const captions = Float32Array.from([1, 0, 0.6, -0.8]);
  const found = retrieval(images, captions, ["a", "b"], 2);
  expect(found).toEqual({ count: 2, imageToCaption: 1, captionToImage: 1 });
});

test("a repeated caption is right wherever it stands; a rest of a group is left out", () => {
  const texts = ["a", "a", "b", "c", "d"];
  const found = retrieval(along(0, 1, 2, 3, 0), along(1, 0, 2, 3, 0), texts, 4);
  expect(found).toEqual({ count: 4, imageToCaption: 4, captionToImage: 4 });
  expect(() => retrieval(along(0), along(0), ["a"], 2)).toThrow(ConfigError);
});
