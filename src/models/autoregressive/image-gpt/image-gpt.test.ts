import { describe, expect, test } from "vitest";
import { numberedClasses } from "../../../core/annotations.js";
import type { Batch, DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { Scope } from "../../../nn/scope.js";
import { dependencyMatrix, totalProbability } from "../dependency.testing.js";
import { imageGptConfig } from "./config.js";
import { imageGpt } from "./index.js";
import { networkOf, symbolLogits } from "./network.js";

const image = (shape: Partial<DataTraits>): DataTraits => ({
  channels: 1,
  height: 2,
  width: 4,
  binary: true,
  levels: 2,
  annotations: numberedClasses(2),
  ...shape,
});
const small = { features: 8, blocks: 2, heads: 2 };

const cases = [
  ["pixels", {}, image({})],
  ["blocks of 2×2", { block: [2] }, image({})],
  ["blocks of 2×1", { block: [2, 1] }, image({})],
  ["blocks of 1×2", { block: [1, 2] }, image({})],
  ["grey levels of a class", { conditional: true }, image({ levels: 3, binary: false, width: 3 })],
  ["colour", {}, image({ channels: 2, levels: 2, width: 3 })],
  ["blocks of colour", { block: [2] }, image({ channels: 2, levels: 2, width: 2 })],
  ["one pixel", {}, image({ height: 1, width: 1 })],
] as const;

describe.each(cases)("%s", (_, settings, data) => {
  const network = networkOf(imageGptConfig.parse({ ...small, ...settings }), data, {});
  const logits = (scope: Scope, { pixelsUnit, annotations }: Batch) =>
    symbolLogits(
      scope.child("network"),
      network,
      network.symbols.read(scope, pixelsUnit),
      annotations,
    );

  test("the probabilities of all images sum to 1", () => {
    const model = imageGpt.build(network.config, data);
    const { score } = model.capabilities;
    if (score === undefined || !("trace" in score)) throw new Error("no score");
    const total = totalProbability((scope, batch) => score.trace(scope, batch, 1), data);
    expect(Math.abs(total - 1)).toBeLessThan(1e-6);
  });

  test("a symbol depends on every pixel of earlier symbols and on no other", () => {
    const { symbols, length } = network;
    const { channels, height, width } = data;
    const matrix = dependencyMatrix(logits, data);
    const orderOf = (pixel: number) => {
      const [channel, y, x] = [
        Math.floor(pixel / (height * width)),
        Math.floor(pixel / width) % height,
        pixel % width,
      ];
      const [rows, columns] = symbols.grid;
      const place = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
      return symbols.depth === 1 ? place : place * symbols.depth + channel;
    };
    for (let position = 0; position < length; position++) {
      for (let pixel = 0; pixel < channels * height * width; pixel++) {
        const change = matrix[position][pixel];
        if (orderOf(pixel) < position) expect(change).toBeGreaterThan(0);
        else expect(change).toBe(0);
      }
    }
  });
});

describe("refuses", () => {
  const build = (config: Record<string, unknown>, data: DataTraits) => () =>
    imageGpt.build(imageGptConfig.parse(config), data);
  test.each([
    ["heads that do not divide", { features: 10, heads: 4 }, image({}), /4 heads.*10 features/],
    ["real numbers", {}, image({ levels: null, binary: false }), /known number of levels/],
    ["blocks that do not fill", { block: [3] }, image({}), /3×3 do not fill images of 2×4/],
    [
      "blocks that do not fill a row",
      { block: [1, 3] },
      image({}),
      /1×3 do not fill images of 2×4/,
    ],
    [
      "too many symbols",
      { block: [2] },
      image({ levels: 256, binary: false }),
      /4,294,967,296 sym/,
    ],
    ["a long sequence", {}, image({ height: 80, width: 80 }), /6,400 symbols.*block=2.*tokeniser/],
    ["classes without labels", { conditional: true }, image({ annotations: {} }), /no labels/],
  ] as const)("%s", (_, config, data, message) => {
    expect(build(config, data)).toThrow(ConfigError);
    expect(build(config, data)).toThrow(message);
  });
});
