import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../core/errors.js";
import { dependencyMatrix, evaluate, everyImage, totalProbability } from "../dependency.testing.js";
import {
  binaryImages,
  colourImages,
  configOf,
  type Given,
  nats,
  perVariable,
} from "./cases.testing.js";
import { pixelcnn } from "./index.js";

describe("a pixel depends on", () => {
  /** Offsets (rows, columns) that a layer of the paper reads, under mask A or B. */
  function tapsOf(kernel: number, centre: boolean): [number, number][] {
    const reach = (kernel - 1) / 2;
    const taps: [number, number][] = [];
    for (let row = -reach; row <= 0; row++) {
      for (let column = -reach; column <= reach; column++) {
        if (row < 0 || column < 0 || (centre && column === 0)) taps.push([row, column]);
      }
    }
    return taps;
  }

  /** Offsets reachable by one step of the first layer and one of each other layer. */
  function reachable(first: number, kernel: number, layers: number): Set<string> {
    let reached = new Set(tapsOf(first, false).map(String));
    for (let layer = 0; layer < layers; layer++) {
      const further = tapsOf(kernel, true);
      const next = [...reached].flatMap((offset) => {
        const [row, column] = offset.split(",").map(Number);
        return further.map(([y, x]) => String([row + y, column + x]));
      });
      reached = new Set(next);
    }
    return reached;
  }

  const shape = binaryImages(5, 6);
  const small = { features: 8, layers: 2, firstKernel: 3, outputFeatures: 8 };

  function dependencies(given: Given, data = shape): boolean[][] {
    const matrix = dependencyMatrix(perVariable(given, data), data);
    return matrix.map((row) => row.map((change) => change !== 0));
  }

  test("gated: every earlier pixel within the layers' window, and no later one", () => {
    const reach = 1 + small.layers;
    dependencies({ ...small, gated: true }).forEach((row, output) => {
      const [y, x] = [Math.floor(output / 6), output % 6];
      row.forEach((depends, pixel) => {
        const [above, aside] = [y - Math.floor(pixel / 6), (pixel % 6) - x];
        const within = above <= reach && Math.abs(aside) <= reach;
        expect(depends, `${output} on ${pixel}`).toBe(pixel < output && within);
      });
    });
  });

  test("gated with wide windows: every earlier pixel, without a blind spot", () => {
    const given = { ...small, gated: true, firstKernel: 7 };
    dependencies(given).forEach((row, output) => {
      expect(row).toEqual(
        row.map((_, pixel) => pixel < output && Math.abs((pixel % 6) - (output % 6)) <= 5),
      );
    });
  });

  test("plain: the pixels that masked taps reach, with the blind spot above on the right", () => {
    const seen = reachable(3, 3, small.layers);
    let blind = 0;
    dependencies({ ...small, gated: false }).forEach((row, output) => {
      const [y, x] = [Math.floor(output / 6), output % 6];
      row.forEach((depends, pixel) => {
        const offset = [Math.floor(pixel / 6) - y, (pixel % 6) - x];
        expect(depends, `${output} on ${pixel}`).toBe(seen.has(String(offset)));
        if (!depends && pixel < output && -offset[0] <= 3 && Math.abs(offset[1]) <= 3) blind++;
      });
    });
    // The rest of the rectangle that gated stacks see: the blind spot of Oord et al. 2016 (1606.05328).
    expect(blind).toBeGreaterThan(0);
  });

  test.each([true, false])("colour, gated %s: red, then green, then blue of a pixel", (gated) => {
    const data = colourImages(2, 3, 2);
    const given = { ...small, features: 12, outputFeatures: 12, firstKernel: 7, gated };
    const area = 6;
    dependencies(given, data).forEach((row, output) => {
      const [channel, place] = [Math.floor(output / area), output % area];
      row.forEach((depends, variable) => {
        const [other, pixel] = [Math.floor(variable / area), variable % area];
        const before = pixel < place || (pixel === place && other < channel);
        expect(depends, `${output} on ${variable}`).toBe(before);
      });
    });
  });
});

describe("probabilities", () => {
  const small = { features: 6, layers: 1, firstKernel: 3, outputFeatures: 6, components: 2 };
  const grey = { ...binaryImages(2, 2), binary: false, levels: 5 };

  test.each([
    { data: binaryImages(3, 3), given: { ...small, gated: true } },
    { data: binaryImages(3, 3), given: { ...small, gated: false, residual: false } },
    { data: binaryImages(3, 3, 2), given: { ...small, gated: true, conditional: true } },
    { data: grey, given: small },
    { data: grey, given: { ...small, head: "logistic" } },
    { data: colourImages(1, 2, 3), given: { ...small, gated: true } },
    { data: colourImages(1, 2, 3), given: { ...small, head: "logistic" } },
  ])("of all images of $data sum to 1 with $given", ({ data, given }) => {
    expect(Math.abs(totalProbability(nats(given, data), data) - 1)).toBeLessThan(1e-6);
  });

  test.each([
    { data: binaryImages(3, 3), given: { ...small, gated: true } },
    { data: colourImages(1, 2, 3), given: { ...small, gated: false } },
  ])("marginals of the scores are the network's conditionals: $data", ({ data, given }) => {
    const images = everyImage(data);
    const { data: scores } = evaluate(nats(given, data), data, images);
    const { data: logits, shape } = evaluate(perVariable(given, data), data, images);
    const area = data.height * data.width;
    const variables = data.channels * area;
    const levels = data.levels!;
    // Raster order, and channel by channel within a pixel.
    const order = Array.from(
      { length: variables },
      (_, step) => Math.floor(step / data.channels) + (step % data.channels) * area,
    );
    const levelOf = (image: number, variable: number) =>
      Math.round(images[image * variables + variable] * (levels - 1));
    order.forEach((variable, step) => {
      const [joint, marginal] = [new Map<string, number>(), new Map<string, number>()];
      scores.forEach((value, image) => {
        const before = order
          .slice(0, step)
          .map((other) => levelOf(image, other))
          .join();
        const both = `${before}:${levelOf(image, variable)}`;
        marginal.set(before, (marginal.get(before) ?? 0) + Math.exp(-value));
        joint.set(both, (joint.get(both) ?? 0) + Math.exp(-value));
      });
      scores.forEach((_, image) => {
        const before = order
          .slice(0, step)
          .map((other) => levelOf(image, other))
          .join();
        const level = levelOf(image, variable);
        const exact = joint.get(`${before}:${level}`)! / marginal.get(before)!;
        const from = (image * shape[1] + variable) * shape[2];
        const said = logits.slice(from, from + shape[2]);
        const unnormalised = shape[2] === 1 ? [1, Math.exp(said[0])] : Array.from(said, Math.exp);
        const total = unnormalised.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(unnormalised[level] / total - exact)).toBeLessThan(1e-6);
      });
    });
  });
});

describe("contradictory settings are refused", () => {
  const grey = { ...binaryImages(4, 4), binary: false, levels: 256 };
  test.each([
    { given: { kernel: 4 }, data: binaryImages(4, 4), problem: /kernel=4 has no centre/ },
    { given: { firstKernel: 6 }, data: binaryImages(4, 4), problem: /firstKernel=6 has no centre/ },
    { given: { head: "binary" }, data: grey, problem: /--binarisation fixed/ },
    {
      given: { features: 32 },
      data: colourImages(4, 4, 256),
      problem: /features=32 .* multiple of 3/,
    },
    { given: { conditional: true }, data: binaryImages(4, 4), problem: /needs labelled images/ },
  ])("$given", ({ given, data, problem }) => {
    const build = () => pixelcnn.build(configOf(given), data);
    expect(build).toThrow(ConfigError);
    expect(build).toThrow(problem);
  });
});
