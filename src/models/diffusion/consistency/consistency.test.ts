import { describe, expect, test } from "vitest";
import { trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import {
  add,
  div,
  input,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  type Tensor,
} from "../../../tensor/index.js";
import { expectClose } from "../fixture.testing.js";
import { levelsOf } from "../levels-of-a-batch.js";
import { samplers } from "../samplers/index.js";
import { denoiserOf, SETTINGS } from "../samplers/known.testing.js";
import { karrasRamp } from "../spacing.js";
import { consistencyLoss } from "./loss.js";
import { heunStep } from "./path.js";
import { consistencySample } from "./sample.js";

/** Pixels N(MEAN, STD²), whose exact denoiser and path to the least level are known. */
const [MEAN, STD] = [0.2, 0.15];
const [LEAST, MOST] = [0.02, 80];
const each = (sigma: Tensor) => reshape(sigma, [...sigma.shape, 1, 1, 1]);
const noisy = (z: Tensor, sigma: Tensor) => div(z, levelsOf(sigma).alpha);

const teacher = (z: Tensor, sigma: Tensor) => {
  const variance = square(each(sigma));
  return div(add(mul(noisy(z, sigma), STD ** 2), mul(variance, MEAN)), add(variance, STD ** 2));
};

/** Where the path through z ends. */
const exact = (z: Tensor, sigma: Tensor) => {
  const ratio = div(STD ** 2 + LEAST ** 2, add(square(each(sigma)), STD ** 2));
  return add(mul(sub(noisy(z, sigma), MEAN), sqrt(ratio)), MEAN);
};

test("a step of the path is Heun's, as the samplers take it", async () => {
  const z = input("z", ["B", 1, 1, 1]);
  const [from, to] = [input("from", ["B"]), input("to", ["B"])];
  const starts = [0.7, -1.2, 0.1];
  const levels = [40, 3, 0.5];
  const [{ data }] = interpret(
    [heunStep(teacher, z, from, to)],
    { z: starts, from: levels, to: levels.map((level) => level / 2) },
    { B: 3 },
  );
  const denoise = denoiserOf((x, sigma) =>
    Math.min(Math.max((STD ** 2 * x + sigma ** 2 * MEAN) / (STD ** 2 + sigma ** 2), -1), 1),
  );
  for (const [at, level] of levels.entries()) {
    const run = {
      denoise,
      start: Float64Array.of(starts[at]),
      sigmas: [level, level / 2],
      noise: () => new Float64Array(1),
    };
    expectClose([data[at]], await samplers.heun(run, SETTINGS), 1e-5);
  }
});

const IMAGES = 2000;

function lossOf(student: typeof teacher, levels: number): number {
  const pixelsUnit = input("pixelsUnit", ["B", 1, 1, 2]);
  const { result } = trace(new Variables(), true, (scope) =>
    consistencyLoss(
      scope,
      { pixelsUnit },
      { teacher, student, target: student },
      { levels, least: LEAST, most: MOST },
    ),
  );
  const normal = (name: string, length: number) => {
    const values = new Float64Array(length);
    stream(4, name).normal(values);
    return values;
  };
  const uniform = new Float64Array(IMAGES);
  stream(4, "step").uniform(uniform);
  const pixels = normal("pixels", 2 * IMAGES).map((value) => (MEAN + STD * value + 1) / 2);
  const feeds = {
    pixelsUnit: pixels,
    "noise.step": uniform,
    "noise.eps": normal("eps", 2 * IMAGES),
  };
  const [{ data }] = interpret([result], feeds, { B: IMAGES });
  return data.reduce((total: number, value) => total + value, 0) / IMAGES;
}

test("a difference counts the more the closer its levels are, and 1 on average", () => {
  const [levels, count] = [5, 4];
  const flat =
    (value: number): typeof teacher =>
    (z) =>
      add(mul(z, 0), value);
  const pixelsUnit = input("pixelsUnit", ["B", 1, 1, 2]);
  const { result } = trace(new Variables(), true, (scope) =>
    consistencyLoss(
      scope,
      { pixelsUnit },
      { teacher, student: flat(2), target: flat(0.5) },
      { levels, least: LEAST, most: MOST },
    ),
  );
  const feeds = {
    pixelsUnit: new Float64Array(2 * count).fill(0.5),
    // One image for each level.
    "noise.step": [0.1, 0.3, 0.6, 0.9],
    "noise.eps": new Float64Array(2 * count),
  };
  const [{ data }] = interpret([result], feeds, { B: count });
  const rising = karrasRamp(levels, LEAST, MOST).reverse();
  const gaps = rising.slice(1).map((level, at) => level - rising[at]);
  for (const at of [2, 3]) {
    expect(data[at] / data[1]).toBeCloseTo(gaps[1] / gaps[at], 5);
  }
  const weights = gaps.map((gap) => 1 / gap);
  const mean = weights.reduce((total, weight) => total + weight, 0) / count;
  // The students' images are 1.5 apart from the wanted ones at both pixels.
  const scale = 0.00054 * Math.SQRT2;
  const distance = Math.sqrt(2 * 1.5 ** 2 + scale ** 2) - scale;
  expect(data[3]).toBeCloseTo((distance * weights[3]) / mean, 5);
});

describe("on normal pixels", () => {
  test("the map to the end of the path is consistent, the more the finer the levels; the denoiser is not", () => {
    const [coarse, fine] = [lossOf(exact, 10), lossOf(exact, 60)];
    expect(fine).toBeLessThan(0.2 * coarse);
    expect(lossOf(teacher, 60)).toBeGreaterThan(10 * fine);
  });

  test.each([1, 2, 4])(
    "samples of the exact map in %i steps have the pixels' distribution",
    (steps) => {
      const config = { steps, levels: 18, least: LEAST, most: MOST };
      const shape = { channels: 1, height: 1, width: 2 };
      const temperature = input("temperature", []);
      const { result } = trace(new Variables(), false, (scope) =>
        consistencySample(scope, "B", { temperature }, exact, shape, config),
      );
      const feeds: Record<string, ArrayLike<number>> = { temperature: [1] };
      for (let step = 1; step <= steps; step++) {
        const noise = new Float64Array(2 * IMAGES);
        stream(step, "noise").normal(noise);
        feeds[`noise.step${step}`] = noise;
      }
      const [{ data }] = interpret([result], feeds, { B: IMAGES });
      const values = Array.from(data, (value) => 2 * value - 1);
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      const spread =
        values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
      expect(Math.abs(mean - MEAN)).toBeLessThan(0.01);
      expect(Math.sqrt(spread) / STD).toBeGreaterThan(0.95);
      expect(Math.sqrt(spread) / STD).toBeLessThan(1.05);
    },
  );
});
