import { describe, expect, test } from "vitest";
import { captionAnnotation } from "../core/text.js";
import { arraySet } from "./image-set.js";
import { summariseSet } from "./summary.js";

const info = { name: "x", source: "x", split: "train", channels: 1, height: 1, width: 1 };

describe("summariseSet", () => {
  test("counts classes, also those without images, and shares of attributes", () => {
    const annotations = {
      class: { names: ["cat", "dog", "fish"], values: Int32Array.of(1, 0, 1, 1) },
      attributes: {
        names: ["young", "grey"],
        values: Float32Array.of(1, 0, 1, 0.5, 0, 0, 1, 0.5),
      },
    };
    const summary = summariseSet(arraySet({ ...info, annotations }, new Uint8Array(4)));
    expect(summary).toEqual({
      split: "train",
      count: 4,
      levels: 256,
      classes: [
        { name: "cat", count: 1 },
        { name: "dog", count: 3 },
        { name: "fish", count: 0 },
      ],
      attributes: [
        { name: "young", share: 0.75 },
        { name: "grey", share: 0.25 },
      ],
    });
  });

  test("gives words and different captions, the first of them as examples", () => {
    const captions = ["A dog.", "A cat, asleep.", "a dog ."];
    const annotations = { caption: captionAnnotation(captions) };
    const summary = summariseSet(arraySet({ ...info, annotations }, new Float32Array(3)));
    expect(summary.captions).toEqual({
      words: [".", "a", "dog", ",", "asleep", "cat"],
      length: 5,
      different: 2,
      examples: ["a dog.", "a cat, asleep."],
    });
    expect(summary).not.toHaveProperty("levels");
    expect(summary).not.toHaveProperty("classes");
  });
});
