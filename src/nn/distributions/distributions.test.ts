import { describe, expect, test } from "vitest";
import { openDevice } from "../../runtime/device.js";
import { interpret } from "../../runtime/interpreter/index.js";
import { constant, grad, input, sum, type Tensor } from "../../tensor/index.js";
import { expectClose, fixture, literal, traced, valuesOf } from "../fixture.testing.js";
import { bernoulliNll, categoricalNll, normalNll } from "../losses.js";
import { bernoulli } from "./bernoulli.js";
import { categorical } from "./categorical.js";
import { type Distribution, draw } from "./distribution.js";
import { gumbelSoftmax } from "./gumbel-softmax.js";
import { kl, klToStandardNormal } from "./kl.js";
import { normal } from "./normal.js";
import { normalMixture } from "./normal-mixture.js";

const { parameters, ...expected } = fixture.distributions;
const given = Object.fromEntries(
  Object.entries(parameters).map(([name, array]) => [name, literal(array)]),
);
const { pLogits, qLogits, pMean, qMean, pLogVar, qLogVar, grey, values } = given;
const classes = constant([2, 0], [2], "int64");
const FIXED = 2 * Math.log(0.3);

/** The middles of n equal parts of [0, 1): a sampler fed with them covers its distribution evenly. */
const grid = (n: number) => Array.from({ length: n }, (_, index) => (index + 0.5) / n);

describe("distributions against torch.distributions 1.13", () => {
  const p = { b: bernoulli(pLogits), n: normal(pMean, pLogVar), c: categorical(pLogits) };
  const q = { b: bernoulli(qLogits), n: normal(qMean, qLogVar), c: categorical(qLogits) };
  const fixed = normal(pMean, FIXED);
  const mixture = normalMixture({ logits: pLogits, mean: pMean, logVar: pLogVar });
  const first = literal({ shape: [2], data: [0, 3].map((at) => parameters.values.data[at]) });

  test.each<[string, string, Tensor]>([
    ["bernoulli", "logProb", p.b.logProb(grey)],
    ["bernoulli", "entropy", p.b.entropy()],
    ["bernoulli", "mean", p.b.mean()],
    ["bernoulli", "kl", kl(p.b, q.b)],
    ["normal", "logProb", p.n.logProb(values)],
    ["normal", "entropy", p.n.entropy()],
    ["normal", "kl", kl(p.n, q.n)],
    ["normal", "klToStandard", kl(p.n, normal(constant(0, [], "float64")))],
    ["normal", "klToStandard", klToStandardNormal(pMean, pLogVar)],
    ["normal", "fixedLogProb", fixed.logProb(values)],
    ["normal", "fixedEntropy", fixed.entropy()],
    ["normal", "fixedKl", kl(p.n, normal(qMean, FIXED))],
    ["categorical", "logProb", p.c.logProb(classes)],
    ["categorical", "entropy", p.c.entropy()],
    ["categorical", "mean", p.c.mean()],
    ["categorical", "kl", kl(p.c, q.c)],
    ["normalMixture", "logProb", mixture.logProb(first)],
    ["normalMixture", "mean", mixture.mean()],
  ])("%s: %s", (distribution, what, actual) => {
    const want = expected[distribution][what];
    expect(actual.shape).toEqual(want.shape);
    expectClose(valuesOf(actual), want.data, 1e-9, what);
  });

  test("losses are sums over an item", () => {
    const perItem = (name: string, what: string) => {
      const { data } = expected[name][what];
      return [-(data[0] + data[1] + data[2]), -(data[3] + data[4] + data[5])];
    };
    expectClose(valuesOf(bernoulliNll(grey, pLogits)), perItem("bernoulli", "logProb"));
    expectClose(valuesOf(normalNll(values, pMean, pLogVar)), perItem("normal", "logProb"));
    const nll = expected.categorical.logProb.data.map((value) => -value);
    expectClose(valuesOf(categoricalNll(classes, pLogits)), nll);
  });
});

describe("samples", () => {
  test("bernoulli: 1 as often as its mean says", () => {
    const n = 4000;
    const drawn = bernoulli(constant([-2, 0, 3], [3, 1])).sample(constant(grid(n)));
    [-2, 0, 3].forEach((logit, index) => {
      const ones = valuesOf(drawn).slice(index * n, (index + 1) * n);
      const share = ones.reduce((a, b) => a + b) / n;
      expect(Math.abs(share - 1 / (1 + Math.exp(-logit)))).toBeLessThan(1 / n);
    });
  });

  test("normal: mean + σ·ε, differentiable", () => {
    const [mean, logVar] = [constant([1, -2]), constant([0, Math.log(4)])];
    const z = normal(mean, logVar).sample(constant([0.5, -1]));
    expectClose(valuesOf(z), [1.5, -4]);
    const gradient = grad(sum(z), { mean, logVar });
    expectClose(valuesOf(gradient.mean), [1, 1]);
    expectClose(valuesOf(gradient.logVar), [0.25, -1]);
    expectClose(valuesOf(normal(mean, Math.log(9)).sample(constant([1, 1]))), [4, 1]);
  });

  test("categorical: intervals of the length of the probabilities, over any axis", () => {
    const n = 10_000;
    const logits = constant([0, 1, -1, -400, 2], [1, 5, 1]);
    const noise = constant(grid(n), [n, 1, 1]);
    const drawn = valuesOf(categorical(logits, 1).sample(noise));
    const weights = [0, 1, -1, -400, 2].map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, index) => {
      const share = drawn.filter((value) => value === index).length / n;
      expect(Math.abs(share - weight / total)).toBeLessThan(1.5 / n);
    });
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
  });

  test("categorical: never a class of probability 0, in float32 and at both ends of the noise", () => {
    const minus = Number.NEGATIVE_INFINITY;
    const ends = constant([0, 1 - 2 ** -24], [2, 1]);
    for (const raw of [
      [minus, 0.1, 0.7, minus],
      [minus, -200, 200, minus],
      [minus, minus, 3, minus],
    ]) {
      const drawn = categorical(constant(raw, [1, 4])).sample(ends);
      const [{ data }] = interpret([drawn], {}, {}, { precision: "declared" });
      for (const value of data) expect(raw[value]).toBeGreaterThan(minus);
    }
  });

  test("gumbelSoftmax: sums to 1, and its largest entry is a categorical sample", () => {
    const logits = [1, 0, -1];
    const side = 30;
    const axis = grid(side);
    const uniform = axis.flatMap((a) => axis.flatMap((b) => axis.flatMap((c) => [a, b, c])));
    const n = side ** 3;
    const relaxed = gumbelSoftmax(constant(logits), constant(uniform, [n, 3]), 0.5);
    const data = valuesOf(relaxed);
    const counts = [0, 0, 0];
    for (let row = 0; row < n; row++) {
      const entries = data.slice(3 * row, 3 * row + 3);
      counts[entries.indexOf(Math.max(...entries))]++;
    }
    const total = logits.reduce((a, b) => a + Math.exp(b), 0);
    counts.forEach((count, index) => {
      expect(Math.abs(count / n - Math.exp(logits[index]) / total)).toBeLessThan(0.02);
    });
    expect(data[0] + data[1] + data[2]).toBeCloseTo(1, 10);
    const edge = gumbelSoftmax(constant(logits), constant([0, 1 - 2 ** -24, 0.5]), 0.1);
    const [{ data: hard }] = interpret([edge], {}, {}, { precision: "declared" });
    expect([...hard].every(Number.isFinite)).toBe(true);
  });

  test("normalMixture: mean and variance of the mixture", () => {
    const [logits, mean] = [constant([0, Math.log(3)]), constant([-1, 2])];
    const mixture = normalMixture({ logits, mean, logVar: Math.log(0.25) });
    const n = 160;
    const normalGrid = quantiles(n);
    const uniform = grid(n).flatMap((u) => normalGrid.map(() => u));
    const eps = grid(n).flatMap(() => normalGrid);
    const drawn = valuesOf(mixture.sample(constant(uniform), constant(eps)));
    const average = drawn.reduce((a, b) => a + b) / drawn.length;
    const variance = drawn.reduce((a, b) => a + (b - average) ** 2, 0) / drawn.length;
    expect(average).toBeCloseTo(1.25, 2);
    expect(valuesOf(mixture.mean())[0]).toBeCloseTo(1.25, 12);
    expect(variance).toBeCloseTo(0.25 + 0.25 * 0.75 * 9, 1);
  });

  test("normalMixture: its density integrates to 1, components along any axis", () => {
    const logits = constant([0.3, -1, 2], [3, 1]);
    const mean = constant([-2, 0, 1], [3, 1]);
    const logVar = constant([0, -3, 1], [3, 1]);
    const step = 0.01;
    const xs = Array.from({ length: 4000 }, (_, index) => (index - 2000) * step);
    const logProb = normalMixture({ logits, mean, logVar, axis: 0 }).logProb(constant(xs));
    const mass = valuesOf(logProb).reduce((total, value) => total + Math.exp(value) * step, 0);
    expect(mass).toBeCloseTo(1, 8);
  });

  test("draw declares its noise in the scope, with further axes for several samples", () => {
    const mean = input("mean", ["B", 3]);
    const names = (distribution: Distribution, samples?: number) =>
      traced(true, (scope) => draw(scope.child("z"), distribution, samples)).result;
    expect(names(normal(mean)).shape).toEqual(["B", 3]);
    expect(names(normal(mean), 5).shape).toEqual([5, "B", 3]);
    const mixture = normalMixture({ logits: mean, mean, logVar: mean });
    const several = names(mixture, 2);
    expect(several.shape).toEqual([2, "B"]);
    expect(mixture.logProb(several).shape).toEqual([2, "B"]);
    expect(categorical(mean).logProb(names(categorical(mean), 2)).shape).toEqual([2, "B"]);
    const single = categorical(input("logits", [3]));
    expect(names(single, 5).shape).toEqual([5]);
    const data = Array.from({ length: 6 }, (_, index) => index / 10);
    const feeds = { mean: data, "noise.layer.z.normal": data };
    expect(interpret([names(normal(mean))], feeds, { B: 2 })[0].data[1]).toBeCloseTo(0.2, 12);
  });
});

test("draws of an item do not depend on its batch, nor on the other items", async () => {
  const device = await openDevice({ device: "cpu", host: "inline", threads: 1 });
  const z = traced(true, (scope) => draw(scope, normal(input("mean", ["B", 2])), 3)).result;
  const run = await device.compile({ outputs: { z }, updates: {} });
  const drawn = async (count: number, first: number) => {
    const mean = new Float32Array(2 * count);
    return [...((await run.run({ feeds: { mean }, noise: { seed: 1, first } })).z as Float32Array)];
  };
  const [both, one, other] = [await drawn(2, 0), await drawn(1, 0), await drawn(1, 1)];
  const ofItem = (item: number) => both.filter((_, at) => Math.floor(at / 2) % 2 === item);
  expect([one, other]).toEqual([ofItem(0), ofItem(1)]);
  expect(new Set(both).size).toBe(both.length);
  await device.close();
});

describe("float32 at ±200", () => {
  const extremes = [-200, -90, -20, 0, 20, 90, 200];
  const inFloat32 = (...outputs: Tensor[]) =>
    interpret(outputs, {}, {}, { precision: "declared" }).map(({ data }) => [...data]);
  const finite = (rows: number[][]) => rows.every((row) => row.every(Number.isFinite));

  test("bernoulli: loss, entropy, kl and their gradients are finite, the loss right", () => {
    const logits = constant(extremes);
    for (const x of [0, 0.5, 1]) {
      const logProb = bernoulli(logits).logProb(constant(x));
      const [values, slope] = inFloat32(logProb, grad(sum(logProb), logits));
      values.forEach((value, index) => {
        const l = extremes[index];
        const want = x * l - (Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l))));
        expect(Math.abs(value - want)).toBeLessThan(2e-5);
        expect(value).toBeLessThanOrEqual(0);
        expect(slope[index]).toBeCloseTo(x - 1 / (1 + Math.exp(-l)), 6);
      });
    }
    const other = bernoulli(constant([...extremes].reverse()));
    const divergence = kl(bernoulli(logits), other);
    const entropy = bernoulli(logits).entropy();
    expect(finite(inFloat32(divergence, grad(sum(divergence), logits)))).toBe(true);
    expect(finite(inFloat32(entropy, grad(sum(entropy), logits)))).toBe(true);
  });

  test("categorical: finite, with classes ruled out too", () => {
    const logits = constant([-200, 200, 0, Number.NEGATIVE_INFINITY]);
    const c = categorical(logits);
    const [logProb, entropy, divergence] = inFloat32(
      c.logProb(constant(0, [], "int64")),
      c.entropy(),
      kl(c, categorical(constant([200, -200, 0, 0]))),
    );
    expect(logProb[0]).toBeCloseTo(-400, 3);
    expect(entropy[0]).toBeCloseTo(0, 6);
    expect(divergence[0]).toBeCloseTo(400, 3);
    const plain = constant([-200, 200, 0]);
    const surprise = categorical(plain).logProb(constant(0, [], "int64"));
    expect(inFloat32(grad(sum(surprise), plain))[0]).toEqual([1, -1, 0]);
  });

  test("normal: finite for means of ±200 and log variances within ±80", () => {
    const mean = constant([-200, 200, 0]);
    const logVar = constant([-80, 80, 0]);
    const logProb = normal(mean, logVar).logProb(constant([-200, -200, 200]));
    const divergence = klToStandardNormal(mean, logVar);
    for (const loss of [logProb, divergence]) {
      const slopes = grad(sum(loss), { mean, logVar });
      expect(finite(inFloat32(loss, slopes.mean, slopes.logVar))).toBe(true);
    }
  });
});

test("kl refuses categoricals whose classes lie on different axes", () => {
  const logits = constant([1, 2, 3, 4], [2, 2]);
  expect(() => kl(categorical(logits, 0), categorical(logits, 1))).toThrow(/same form/);
});

/** Standard normal quantiles at the middles of n equal parts, by summing the density. */
function quantiles(n: number): number[] {
  const step = 1e-3;
  const result: number[] = [];
  let cumulative = 0;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  for (let x = -8; result.length < n && x < 8; x += step) {
    cumulative += density(x + step / 2) * step;
    while (result.length < n && cumulative > (result.length + 0.5) / n) result.push(x + step);
  }
  return result;
}
