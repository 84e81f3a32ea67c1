import { describe, expect, test } from "vitest";
import type { AnnotationTraits } from "../../../core/annotations.js";
import { ConfigError } from "../../../core/errors.js";
import type { Part, Parts } from "../../../core/model.js";
import { ddpm } from "../ddpm/index.js";
import { consistency } from "./index.js";

const image = { channels: 1, height: 8, width: 8, binary: false, levels: 17 };
const captions = (...vocabulary: string[]): AnnotationTraits => ({
  caption: { vocabulary: ["", ...vocabulary], length: 3 },
});
const classes = (...names: string[]): AnnotationTraits => ({ class: { names } });

function run(annotations: AnnotationTraits): Part {
  const { class: labels, caption } = annotations;
  const told = { conditional: labels !== undefined, captioned: caption !== undefined };
  const config = ddpm.config.parse({ channels: 8, ...told });
  const data = { ...image, annotations };
  const origin = { run: null, step: null, sha256: "0".repeat(64) };
  return { definition: ddpm, config, data, model: ddpm.build(config, data), parts: {}, origin };
}

const built = (parts: Parts, annotations: AnnotationTraits) =>
  consistency.build(consistency.config.parse({}), { ...image, annotations }, parts);

describe("a teacher's classes and words must be those of the data", () => {
  test.each<[string, AnnotationTraits, AnnotationTraits, string]>([
    [
      "other classes",
      classes("cat", "dog"),
      classes("dog", "cat"),
      'class 0 is "cat" for the teacher, but "dog" in the data',
    ],
    [
      "fewer classes",
      classes("0", "1"),
      classes("0", "1", "2", "3", "4"),
      "the teacher knows 2 classes, but the data has 5",
    ],
    [
      "words in another order",
      captions("red", "blue"),
      captions("blue", "red", "cat"),
      'word 1 is "red" for the teacher, but "blue" in the data',
    ],
    [
      "fewer words",
      captions("red"),
      captions("red", "cat"),
      "the teacher knows 2 words, but the data has 3",
    ],
    [
      "shorter captions",
      captions("red"),
      { caption: { vocabulary: ["", "red"], length: 4 } },
      "captions of up to 3 words, but those of the data have up to 4",
    ],
    ["no captions", captions("red"), {}, "reads the caption of each image, but these images"],
  ])("%s", (_, ofTeacher, ofData, message) => {
    const parts = { teacher: run(ofTeacher) };
    expect(() => built(parts, ofTeacher)).not.toThrow();
    expect(() => built(parts, ofData)).toThrow(ConfigError);
    expect(() => built(parts, ofData)).toThrow(message);
  });

  test("and so must a student's", () => {
    const parts = { teacher: run(classes("0", "1")), student: run(classes("1", "0")) };
    expect(() => built(parts, classes("0", "1"))).toThrow('class 0 is "1" for the student');
  });

  test("but not where they are told neither", () => {
    const parts = { teacher: run({}) };
    expect(() => built(parts, { ...classes("0"), ...captions("red") })).not.toThrow();
  });
});
