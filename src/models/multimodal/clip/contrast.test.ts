import { describe, expect, test } from "vitest";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { constant } from "../../../tensor/tensor.js";
import { contrast } from "./contrast.js";

/*
 * Oracle: the loss written out from the definition.
 */

const [COUNT, LENGTH, SCALE] = [5, 3, 4];

function unit(name: string): number[][] {
  return Array.from({ length: COUNT }, (_, row) => {
    const values = new Float64Array(LENGTH);
    stream(row, name).normal(values);
    const norm = Math.hypot(...values);
    return [...values].map((value) => value / norm);
  });
}
const [images, captions] = [unit("images"), unit("captions")];
const cosine = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at], 0);

function found(words: readonly (readonly number[])[]) {
  const at = (values: number[][]) => constant(values.flat(), [COUNT, LENGTH], "float64");
  const given = constant(words.flat(), [COUNT, words[0].length], "int32");
  const { loss, hits } = contrast(
    at(images),
    at(captions),
    constant([SCALE], [1], "float64"),
    given,
  );
  return interpret([loss, hits], {}).map(({ data }) => [...data]);
}

/** Cross-entropy of a row of logits against targets that are equally right. */
function crossEntropy(logits: number[], right: boolean[]): number {
  const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
  const targets = right.filter(Boolean).length;
  return logits.reduce((sum, value, at) => sum - (right[at] ? (value - total) / targets : 0), 0);
}

describe.each([
  [
    "different captions",
    [
      [1, 2],
      [1, 3],
      [2, 2],
      [3, 0],
      [4, 1],
    ],
  ],
  [
    "two images of one caption",
    [
      [1, 2],
      [1, 3],
      [1, 2],
      [3, 0],
      [4, 1],
    ],
  ],
] as const)("%s", (_, words) => {
  test("the loss and what is found are those of the definition", () => {
    const [losses, hits] = found(words);
    const same = (a: number, b: number) => words[a].join() === words[b].join();
    for (let one = 0; one < COUNT; one++) {
      const right = words.map((__, other) => same(one, other));
      const ofImage = captions.map((caption) => SCALE * cosine(images[one], caption));
      const ofCaption = images.map((image) => SCALE * cosine(image, captions[one]));
      const expected = (crossEntropy(ofImage, right) + crossEntropy(ofCaption, right)) / 2;
      expect(losses[one]).toBeCloseTo(expected, 10);
      const best = ofImage.indexOf(Math.max(...ofImage));
      expect(hits[one]).toBe(Number(same(one, best)));
    }
  });
});

test("captions that differ in one word are not the same", () => {
  const [apart] = found([
    [1, 2],
    [1, 3],
    [1, 4],
    [1, 5],
    [1, 6],
  ]);
  const [together] = found([
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(together).not.toEqual(apart);
});
