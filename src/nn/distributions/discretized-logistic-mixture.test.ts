import { describe, expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import { constant, grad, input, sum, type Tensor } from "../../tensor/index.js";
import { expectClose, fixture, literal, valuesOf } from "../fixture.testing.js";
import { discretizedLogistic } from "./discretized-logistic.js";
import { discretizedLogisticMixture } from "./discretized-logistic-mixture.js";
import { discretizedLogisticMixtureRgb } from "./discretized-logistic-mixture-rgb.js";

const LEVELS = Array.from({ length: 256 }, (_, index) => (index / 255) * 2 - 1);

/** Three components: one sharp, one broad, one that lies outside of the pixels' range. */
const sample = {
  logits: constant([0.5, -1, 0], [1, 3]),
  mean: constant([-0.2, 0.7, 1.4], [1, 3]),
  logScale: constant([-5.5, -1.5, -0.5], [1, 3]),
};

describe("discretizedLogisticMixture", () => {
  test("agrees with differences of the distribution function (torch 1.13, float64)", () => {
    const { x, logProb, logits, mean, logScale } = fixture.logisticMixture;
    const [l, m, s] = [logits, mean, logScale].map(literal);
    const mixture = discretizedLogisticMixture({ logits: l, mean: m, logScale: s });
    expectClose(valuesOf(mixture.logProb(literal(x))), logProb.data, 1e-8);
  });

  test("sums to 1 over the 256 levels, in float32 too", () => {
    const logProb = discretizedLogisticMixture(sample).logProb(constant(LEVELS));
    const mass = (data: ArrayLike<number>) =>
      Array.from(data).reduce((total, value) => total + Math.exp(value), 0);
    expect(mass(valuesOf(logProb))).toBeCloseTo(1, 12);
    const [{ data }] = interpret([logProb], {}, {}, { precision: "declared" });
    expect(mass(data)).toBeCloseTo(1, 5);
  });

  test("sums to 1 for other numbers of levels and components on another axis", () => {
    const pixels = constant([-1, 0, 1], [3, 1]);
    const { logits, mean, logScale } = sample;
    const mixture = discretizedLogisticMixture({ logits, mean, logScale, axis: 1, levels: 3 });
    const total = valuesOf(mixture.logProb(pixels)).reduce((a, b) => a + Math.exp(b), 0);
    expect(total).toBeCloseTo(1, 12);
  });

  test("is finite with finite gradients in float32 at ±200 in every parameter", () => {
    for (const [m, s, l] of [
      [200, -200, 200],
      [-200, 200, -200],
      [0, -200, 0],
      [0, 200, 0],
      [200, 0, -200],
    ]) {
      const logits = constant([l, 0], [1, 2]);
      const mean = constant([m, -m], [1, 2]);
      const logScale = constant([s, s], [1, 2]);
      const mixture = discretizedLogisticMixture({ logits, mean, logScale });
      const logProb = mixture.logProb(constant([-1, -1 / 255, 1]));
      const slopes = grad(sum(logProb), { logits, mean, logScale });
      const results = interpret(
        [logProb, ...Object.values(slopes)],
        {},
        {},
        {
          precision: "declared",
        },
      );
      for (const { data } of results) expect([...data].every(Number.isFinite)).toBe(true);
    }
  });

  test("has the gradient of central differences, on the edges and inside", () => {
    const names = ["logits", "mean", "logScale"] as const;
    const at = { logits: [0.5, -1], mean: [-0.9, 0.8], logScale: [-2, -1] };
    const inputs = Object.fromEntries(names.map((name) => [name, input(name, [1, 2])])) as Record<
      (typeof names)[number],
      Tensor
    >;
    const loss = sum(discretizedLogisticMixture(inputs).logProb(constant([-1, LEVELS[100], 1])));
    const gradient = interpret(grad(loss, inputs), at);
    for (const name of names) {
      for (const index of [0, 1]) {
        const moved = (by: number) => {
          const values = at[name].map((value, other) => value + (other === index ? by : 0));
          return interpret([loss], { ...at, [name]: values })[0].data[0];
        };
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        expect(gradient[name].data[index]).toBeCloseTo(slope, 6);
      }
    }
  });

  test("samples each level as often as its probability says", () => {
    const mixture = discretizedLogisticMixture(sample);
    const parts = [31, 2000];
    const component = Array.from({ length: parts[0] }, (_, index) => (index + 0.5) / parts[0]);
    const noise = Array.from({ length: parts[1] }, (_, index) => (index + 0.5) / parts[1]);
    const drawn = mixture.sample(
      constant(component, [parts[0], 1]),
      constant(noise, [1, parts[1]]),
    );
    const counts = new Float64Array(256);
    let farthest = 0;
    for (const value of valuesOf(drawn)) {
      const level = ((value + 1) / 2) * 255;
      farthest = Math.max(farthest, Math.abs(level - Math.round(level)));
      counts[Math.round(level)]++;
    }
    expect(farthest).toBeLessThan(1e-9);
    const probs = valuesOf(mixture.logProb(constant(LEVELS))).map(Math.exp);
    const distance = probs.reduce(
      (total, p, index) => total + Math.abs(p - counts[index] / (parts[0] * parts[1])),
      0,
    );
    expect(distance / 2).toBeLessThan(0.02);
  });

  test("has the mean of its levels, within half a level", () => {
    const mixture = discretizedLogisticMixture(sample);
    const probs = valuesOf(mixture.logProb(constant(LEVELS))).map(Math.exp);
    const exact = probs.reduce((total, p, index) => total + p * LEVELS[index], 0);
    expect(Math.abs(valuesOf(mixture.mean())[0] - exact)).toBeLessThan(1 / 255);
  });
});

/** The mean of a logistic variable limited to [−1, 1] in float64, by the form that does not cancel. */
function limitedMeanInFloat64(mean: number, scale: number): number {
  if (scale < 100) {
    const excess = (x: number) => Math.log1p(Math.exp(-Math.abs(x) / scale));
    return Math.max(-1, Math.min(1, mean)) + scale * (excess(mean + 1) - excess(mean - 1));
  }
  const middles = Array.from({ length: 200 }, (_, index) => (2 * index + 1) / 200 - 1);
  return middles.reduce((sum, t) => sum + Math.tanh((mean - t) / (2 * scale)), 0) / 200;
}

test("discretizedLogistic: its mean in float32 is that of float64 at every scale", () => {
  const magnitudes = [0, 1e-3, 0.5, 0.999, 1, 1.2, 3, 30, 99, 101, 200, 1e4, 1e8];
  const means = magnitudes.flatMap((magnitude) => [magnitude, -magnitude]);
  const logScales = Array.from({ length: 68 * 4 + 1 }, (_, index) => -7 + index / 4);
  const mean = constant(logScales.flatMap(() => means));
  const logScale = constant(logScales.flatMap((value) => means.map(() => value)));
  const limited = discretizedLogistic(mean, logScale).mean();
  const slopes = grad(sum(limited), { mean, logScale });
  const [found, byMean, byLogScale] = interpret(
    [limited, slopes.mean, slopes.logScale],
    {},
    {},
    { precision: "declared" },
  ).map(({ data }) => data);
  found.forEach((value, index) => {
    const [m, s] = [means[index % means.length], logScales[Math.floor(index / means.length)]];
    const expected = limitedMeanInFloat64(m, Math.exp(Math.min(s, 60)));
    expect(Math.abs(value - expected), `mean ${m}, logScale ${s}`).toBeLessThan(1e-5);
  });
  expect([...byMean, ...byLogScale].every(Number.isFinite)).toBe(true);
});

describe("discretizedLogisticMixtureRgb", () => {
  const arrays = fixture.logisticMixtureRgb;
  const [logits, mean, logScale, coefficients] = ["logits", "mean", "logScale", "coefficients"].map(
    (name) => literal(arrays[name]),
  );

  test("agrees with a loop over pixels (torch 1.13, float64)", () => {
    const mixture = discretizedLogisticMixtureRgb({ logits, mean, logScale, coefficients });
    const logProb = mixture.logProb(literal(arrays.x));
    expect(logProb.shape).toEqual(arrays.logProb.shape);
    expectClose(valuesOf(logProb), arrays.logProb.data, 1e-8);
  });

  test("sums to 1 over all colours of 5 levels, and is sampled as often", () => {
    const one = [1, 2, 1, 1];
    const three = [1, 3, 2, 1, 1];
    const mixture = discretizedLogisticMixtureRgb({
      logits: constant([0.4, -0.3], one),
      mean: constant([-0.8, 0.5, 0.1, 0.9, -0.4, 0.2], three),
      logScale: constant([-1, -2, -1.5, -0.5, -2, -1], three),
      coefficients: constant([1, -2, 0.5, 0.3, -1, 2], three),
      levels: 5,
    });
    const five = [-1, -0.5, 0, 0.5, 1];
    const colours = five.flatMap((r) => five.flatMap((g) => five.map((b) => [r, g, b])));
    const logProb = mixture.logProb(constant(colours.flat(), [125, 3, 1, 1]));
    const probs = valuesOf(logProb).map(Math.exp);
    expect(probs.reduce((a, b) => a + b)).toBeCloseTo(1, 10);

    const n = 15_000;
    const uniform = (name: string, shape: readonly number[]) => {
      const noise = new Float64Array(shape.reduce((a, b) => a * b));
      stream(3, name).uniform(noise);
      return constant(noise, shape);
    };
    const noise = [uniform("component", [n, 1, 1]), uniform("uniform", [n, 3, 1, 1])];
    const drawn = valuesOf(mixture.sample(...noise));
    const counts = new Float64Array(125);
    for (let index = 0; index < n; index++) {
      const [r, g, b] = [0, 1, 2].map((channel) => five.indexOf(drawn[3 * index + channel]));
      counts[25 * r + 5 * g + b]++;
    }
    const distance = probs.reduce((total, p, index) => total + Math.abs(p - counts[index] / n), 0);
    expect(distance / 2).toBeLessThan(0.05);
  });
});
