import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../core/errors.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { broadcastTo, reshape } from "../../../tensor/ops/rearrange.js";
import { constant, input, type Tensor } from "../../../tensor/tensor.js";
import { everyImage } from "../dependency.testing.js";
import { binaryHead } from "./binary.js";
import { categoricalHead } from "./categorical.js";
import { type Head, headFor } from "./index.js";
import { logisticHead, logisticRgbHead } from "./logistic.js";

interface Case {
  readonly name: string;
  readonly head: Head;
  readonly channels: number;
  readonly levels: number;
}

const cases: Case[] = [
  { name: "binary", head: binaryHead(1), channels: 1, levels: 2 },
  { name: "binary colour", head: binaryHead(3), channels: 3, levels: 2 },
  { name: "categorical", head: categoricalHead(1, 17), channels: 1, levels: 17 },
  { name: "categorical colour", head: categoricalHead(3, 4), channels: 3, levels: 4 },
  { name: "logistic", head: logisticHead(9, 3), channels: 1, levels: 9 },
  { name: "logistic colour", head: logisticRgbHead(4, 3), channels: 3, levels: 4 },
];

/** Network outputs for one pixel, [1, outputs]. */
function parametersOf({ outputs }: Head): Tensor {
  const values = new Float64Array(outputs);
  stream(1, "parameters").normal(values);
  return constant(values, [1, outputs], "float64");
}

/** The probability of every value of one pixel, indexed like all images of one pixel. */
function probabilities({ head, channels, levels }: Case, parameters: Tensor): Float64Array {
  const data = { channels, levels, height: 1, width: 1, binary: levels === 2, annotations: {} };
  const images = everyImage(data);
  const count = images.length / channels;
  const maps = broadcastTo(reshape(parameters, [1, head.outputs, 1, 1]), [
    count,
    head.outputs,
    1,
    1,
  ]);
  const pixels = constant(Float64Array.from(images), [count, channels, 1, 1], "float64");
  const [{ data: nats }] = interpret([head.nll(maps, pixels)], {});
  return Float64Array.from(nats, (value) => Math.exp(-value));
}

const DRAWS = 6000;

/** Drawn values, as indices into all images of one pixel. */
function drawn(
  { head, channels, levels }: Case,
  parameters: Tensor,
  temperature: number,
): number[] {
  const uniforms = new Float64Array(DRAWS * head.uniforms);
  stream(2, "uniforms").uniform(uniforms);
  const value = head.draw(broadcastTo(parameters, [DRAWS, head.outputs]), {
    uniforms: constant(uniforms, [DRAWS, head.uniforms], "float64"),
    temperature: constant(temperature, [], "float64"),
  });
  const [{ data }] = interpret([value], {});
  return Array.from({ length: DRAWS }, (_, image) =>
    numberOf(data.slice(image * channels, (image + 1) * channels), levels),
  );
}

const numberOf = (pixel: ArrayLike<number>, levels: number): number =>
  Array.from(pixel).reduce(
    (sum, value, channel) => sum + Math.round(value * (levels - 1)) * levels ** channel,
    0,
  );

describe.each(cases)("$name", (subject) => {
  const { head } = subject;
  const parameters = parametersOf(head);

  test("the probabilities of all values of a pixel sum to 1", () => {
    const total = probabilities(subject, parameters).reduce((sum, value) => sum + value, 0);
    // Levels such as 1/3 are rounded to float32.
    expect(Math.abs(total - 1)).toBeLessThan(1e-6);
  });

  test("values are drawn as often as they are probable", () => {
    const expected = probabilities(subject, parameters);
    const counts = new Float64Array(expected.length);
    for (const value of drawn(subject, parameters, 1)) counts[value]++;
    expected.forEach((probability, value) => {
      const deviation = Math.sqrt((probability * (1 - probability)) / DRAWS);
      expect(Math.abs(counts[value] / DRAWS - probability)).toBeLessThan(5 * deviation + 1e-4);
    });
  });

  test("at temperature 0 every draw is the mode, the limit of low temperatures", () => {
    const [mode, ...others] = new Set(drawn(subject, parameters, 0));
    expect(others).toEqual([]);
    const different = drawn(subject, parameters, 1e-4).filter((value) => value !== mode);
    expect(different.length).toBeLessThan(DRAWS / 1000);
  });

  test("the mode of a head without components is its likeliest value", () => {
    if (head.kind === "logistic") return;
    const expected = probabilities(subject, parameters);
    expect(drawn(subject, parameters, 0)[0]).toBe(expected.indexOf(Math.max(...expected)));
  });
});

test("a binary draw at temperature T has the probability σ(logit / T)", () => {
  const subject = cases[0];
  const logit = constant([0.8], [1, 1], "float64");
  const ones = drawn(subject, logit, 2).filter((value) => value === 1).length;
  expect(Math.abs(ones / DRAWS - 1 / (1 + Math.exp(-0.4)))).toBeLessThan(0.02);
});

describe("which head", () => {
  const grey = { channels: 1, height: 2, width: 2, binary: false, levels: 256, annotations: {} };
  const binary = { ...grey, binary: true, levels: 2 };
  const choose = (head: "auto" | Head["kind"], data: typeof grey | { levels: null }) =>
    headFor("model", { head, components: 2 }, { ...grey, ...data });

  test("auto is binary for binary images and categorical for grey ones", () => {
    expect(choose("auto", binary).kind).toBe("binary");
    expect(choose("auto", grey).outputs).toBe(256);
  });

  test("a head that cannot describe the pixels is refused with a remedy", () => {
    expect(() => choose("binary", grey)).toThrow(ConfigError);
    expect(() => choose("binary", grey)).toThrow(/--binarisation fixed/);
    expect(() => choose("auto", { levels: null })).toThrow(/real numbers.*--binarisation/);
    expect(() => choose("logistic", { ...grey, channels: 2 })).toThrow(/1 or 3 channels, not 2/);
  });

  test("an input of the network is the pixel in [−1, 1]", () => {
    const [{ data }] = interpret([binaryHead(1).embed(input("x", [2]))], { x: [0, 1] });
    expect(Array.from(data)).toEqual([-1, 1]);
  });
});
