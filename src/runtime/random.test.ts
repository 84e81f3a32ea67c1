import { describe, expect, test } from "vitest";
import { RandomError, stream } from "./random.js";
import { hashToKey, philoxBlocks } from "./random-philox.js";
import { compilePhiloxSimd } from "./random-philox-simd.js";

const hex = (words: Uint32Array) =>
  [...words].map((w) => w.toString(16).padStart(8, "0")).join(" ");

describe("Philox4x32-10", () => {
  // Oracle: kat_vectors of Random123 (D. E. Shaw Research), lines `philox4x32 10`.
  test.each([
    [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ])("matches the published vector of counter %j, key %j", (counter, key, expected) => {
    const out = new Uint32Array(4);
    const [block, counter1, counter2, counter3] = counter as [number, number, number, number];
    const [key0, key1] = key as [number, number];
    philoxBlocks({ key0, key1, counter1, counter2, counter3 }, block, 1, out);
    expect(hex(out)).toBe(expected);
  });

  test("gives the same words with and without vectors", () => {
    const fill = compilePhiloxSimd()!;
    const words = {
      key0: 0xa4093822,
      key1: 0x299f31d0,
      counter1: 0x85a308d3,
      counter2: 0x13198a2e,
      counter3: 0x03707344,
    };
    for (const [first, blocks] of [
      [0x243f6a88, 1],
      [0, 4096],
      [2 ** 31 - 3, 7],
      [2 ** 32 - 5, 5],
    ] as const) {
      const [plain, vectors] = [new Uint32Array(4 * blocks), new Uint32Array(4 * blocks)];
      philoxBlocks(words, first, blocks, plain);
      fill(words, first, blocks, vectors);
      expect(vectors).toEqual(plain);
    }
    expect(() => fill(words, 0, 4097, new Uint32Array(4 * 4097))).toThrow(RangeError);
  });

  test("hashes every seed and name to a different key", () => {
    const keys = new Set<string>();
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const names = ["", "a", "b", "ab", "a\0", "12345678", "123456789", "1234567812345678", "é"];
    for (const seed of seeds) for (const name of names) keys.add(hashToKey(seed, name).join());
    expect(keys.size).toBe(seeds.length * names.length);
  });
});

type Draw = (out: Float64Array, offset: number) => void;
const source = stream(7, "test", 3);
const LENGTH = 2600; // more than two chunks
const probs = Float64Array.from({ length: LENGTH }, (_, i) => (i % 11) / 10);
const draws: Record<string, Draw> = {
  uniform: (out, offset) => source.uniform(out, offset),
  normal: (out, offset) => source.normal(out, offset),
  bernoulli: (out, offset) =>
    source.bernoulli(out, probs.subarray(offset, offset + out.length), offset),
  categorical: (out, offset) =>
    source.categorical(out, new Float32Array(out.length * 5), 5, offset),
  // With this bound, about one draw in four is rejected and drawn again.
  integers: (out, offset) => source.integers(out, 2 ** 31 + 2 ** 30 - 1, offset),
};

describe("random access", () => {
  test.each(Object.entries(draws))("%s gives the same element in any fill", (_, draw) => {
    const whole = new Float64Array(LENGTH);
    draw(whole, 0);
    for (const [offset, length] of [
      [0, 1],
      [1, 1],
      [3, 2],
      [5, 0],
      [1, 1023],
      [1021, 7],
      [1023, 1026],
      [2599, 1],
    ] as const) {
      const part = new Float64Array(length);
      draw(part, offset);
      expect(part).toEqual(whole.slice(offset, offset + length));
    }
  });

  test("fills Float32Array with Float64Array's numbers rounded, and with exact uniforms", () => {
    for (const method of ["uniform", "normal"] as const) {
      const single = new Float32Array(500);
      const double = new Float64Array(500);
      source[method](single);
      source[method](double);
      expect(single).toEqual(Float32Array.from(double));
      if (method === "uniform") expect(Float64Array.from(single)).toEqual(double);
    }
  });

  test("reaches the last element of a sequence and refuses the one after", () => {
    const out = new Float64Array(2);
    source.uniform(out, 2 ** 34 - 2);
    expect(() => source.uniform(out, 2 ** 34 - 1)).toThrow(RandomError);
  });
});

/** Kolmogorov–Smirnov distance times √n; it exceeds 1.95 by chance once in a thousand. */
function kolmogorov(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.slice().sort();
  let distance = 0;
  sorted.forEach((x, i) => {
    const at = cdf(x);
    distance = Math.max(distance, at - i / sorted.length, (i + 1) / sorted.length - at);
  });
  return distance * Math.sqrt(sorted.length);
}

/** Normal distribution function by the series of Marsaglia 2004, exact to float64 for |x| < 7. */
function normalCdf(x: number): number {
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
}

const mean = (x: ArrayLike<number>) => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

/** Pearson's χ² as a z-score (Wilson–Hilferty). */
function chiSquareZ(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  let chi = 0;
  for (let i = 0; i < counts.length; i++) chi += (counts[i]! - expected[i]!) ** 2 / expected[i]!;
  const k = counts.length - 1;
  return (Math.cbrt(chi / k) - (1 - 2 / (9 * k))) / Math.sqrt(2 / (9 * k));
}

describe("distributions", () => {
  const n = 100_000;

  test("uniform is uniform on [0, 1)", () => {
    const x = new Float64Array(n);
    stream(1, "uniform").uniform(x);
    expect(kolmogorov(x, (u) => u)).toBeLessThan(1.95);
    expect(Math.max(...x)).toBeLessThan(1);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(0);
    expect(mean(x)).toBeCloseTo(0.5, 2);
  });

  test("normal has the normal's distribution, moments and no serial correlation", () => {
    const x = new Float64Array(n);
    stream(1, "normal").normal(x);
    expect(kolmogorov(x, normalCdf)).toBeLessThan(1.95);
    expect(Math.abs(mean(x))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(mean(x.map((v) => v * v)) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(mean(x.map((v) => v ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    const lag1 = mean(x.subarray(1).map((v, i) => v * x[i]!));
    expect(Math.abs(lag1)).toBeLessThan(4 / Math.sqrt(n));
  });

  test("bernoulli matches each probability, and 0 and 1 are certain", () => {
    const out = new Uint8Array(n);
    const p = Float32Array.from({ length: n }, (_, i) => (i % 11) / 10);
    stream(1, "bernoulli").bernoulli(out, p);
    for (let level = 0; level <= 10; level++) {
      const group = out.filter((_, i) => i % 11 === level);
      const spread = Math.sqrt((level / 10) * (1 - level / 10) * group.length);
      expect(Math.abs(mean(group) - level / 10) * group.length).toBeLessThanOrEqual(4 * spread);
    }
    stream(1, "bernoulli").bernoulli(out, 1);
    expect(Math.min(...out)).toBe(1);
  });

  test("categorical follows softmax(logits), for logits far from zero and for impossible classes", () => {
    const weights = [1, 2, 0, 4, 3];
    const logits = new Float64Array(n * 5).map((_, i) => Math.log(weights[i % 5]!) - 900);
    const out = new Int32Array(n);
    stream(1, "categorical").categorical(out, logits, 5);
    const counts = new Float64Array(5);
    for (const c of out) counts[c] = counts[c]! + 1;
    expect(counts[2]).toBe(0);
    const possible = [0, 1, 3, 4];
    const z = chiSquareZ(
      possible.map((c) => counts[c]!),
      possible.map((c) => (n * weights[c]!) / 10),
    );
    expect(Math.abs(z)).toBeLessThan(4);
  });

  test("integers are uniform, also when draws are rejected", () => {
    const out = new Uint32Array(n);
    const bound = 3 * 2 ** 30;
    stream(1, "integers").integers(out, bound);
    const counts = new Float64Array(12);
    for (const v of out) counts[Math.floor((v / bound) * 12)]! += 1;
    const expected = new Float64Array(12).fill(n / 12);
    expect(Math.abs(chiSquareZ(counts, expected))).toBeLessThan(4);
  });

  test("permutation is a permutation, and all orders of four are equally likely", () => {
    const order = stream(1, "order").permutation(5000);
    expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
    expect(stream(1, "order").permutation(5000)).toEqual(order);
    const counts = new Map<string, number>();
    for (let step = 0; step < 12_000; step++) {
      const key = stream(1, "order", step).permutation(4).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const z = chiSquareZ([...counts.values()], new Float64Array(24).fill(500));
    expect(Math.abs(z)).toBeLessThan(4);
    expect(stream(1, "order").permutation(0)).toHaveLength(0);
  });
});

describe("independence", () => {
  test("seeds, names, steps and methods are uncorrelated", () => {
    const n = 20_000;
    const others = [
      stream(5, "a", 1),
      stream(6, "a", 0),
      stream(5, "b", 0),
      stream(5, "a", 2 ** 32),
      stream(5 + 2 ** 32, "a", 0),
      stream(5, "a", 2 ** 53 - 1),
    ];
    const base = new Float64Array(n);
    stream(5, "a", 0).normal(base);
    for (const other of others) {
      const y = new Float64Array(n);
      other.normal(y);
      expect(Math.abs(mean(base.map((v, i) => v * y[i]!)))).toBeLessThan(4 / Math.sqrt(n));
    }
    const u = new Float64Array(n);
    stream(5, "a", 0).uniform(u);
    const product = mean(base.map((v, i) => v * (u[i]! - 0.5) * Math.sqrt(12)));
    expect(Math.abs(product)).toBeLessThan(4 / Math.sqrt(n));
  });
});

describe("bad input", () => {
  test.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses %d as seed, step and offset", (bad) => {
    expect(() => stream(bad, "x")).toThrow(RandomError);
    expect(() => stream(0, "x", bad)).toThrow(RandomError);
    expect(() => stream(0, "x").uniform(new Float32Array(1), bad)).toThrow(RandomError);
  });

  test("refuses invalid probabilities, bounds, lengths and rows of logits", () => {
    const s = stream(0, "x");
    const out = new Uint8Array(2);
    expect(() => s.bernoulli(out, 1.5)).toThrow(/1\.5 is not a probability/);
    expect(() => s.bernoulli(out, [0.5, Number.NaN])).toThrow(RandomError);
    expect(() => s.bernoulli(out, [0.5])).toThrow(/1 probabilities for 2 draws/);
    expect(() => s.integers(out, 0)).toThrow(RandomError);
    expect(() => s.permutation(-1)).toThrow(RandomError);
    expect(() => s.categorical(out, [0, 0, 0], 2)).toThrow(/4 are needed/);
    const minus = Number.NEGATIVE_INFINITY;
    expect(() => s.categorical(out, [0, 0, minus, minus], 2)).toThrow(/all classes.*impossible/);
    expect(() => s.categorical(out, [0, 0, Number.NaN, 0], 2)).toThrow(RandomError);
  });
});
