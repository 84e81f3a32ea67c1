import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../../core/errors.js";
import { trace, Variables } from "../../../../nn/index.js";
import type { Scope } from "../../../../nn/scope.js";
import { openDevice } from "../../../../runtime/device.js";
import { interpret } from "../../../../runtime/interpreter/index.js";
import { stream } from "../../../../runtime/random.js";
import {
  broadcastTo,
  constant,
  grad,
  input,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  zerosOfShape,
} from "../../../../tensor/index.js";
import { dvaeConfig } from "../config.js";
import { fsq } from "./fsq.js";
import { annealed, gumbel, klToUniform } from "./gumbel.js";
import { quantiserFor } from "./index.js";
import { vq } from "./vq.js";

const uniforms = (count: number, name: string): Float64Array => {
  const values = new Float64Array(count);
  stream(5, name).uniform(values);
  return values;
};

const dataOf = (tensor: Tensor, feeds: Record<string, Float64Array> = {}) =>
  interpret([tensor], feeds)[0].data;

describe("the categorical posterior", () => {
  const logits = [0.4, -1.1, 2, 0.3, 0.7, -0.2];
  const encoded = constant(logits, [1, 3, 1, 2]);

  test("the KL is a sum over the grid, in nats, and agrees with Monte Carlo", () => {
    const [kl] = dataOf(klToUniform(encoded, 3));
    const draws = 40_000;
    const q = gumbel(dvaeConfig.parse({ codes: 3 })).posterior(
      undefined as unknown as Scope,
      encoded,
    );
    const { result } = trace(new Variables(), false, (scope) => {
      const { tokens, logProbs } = q.draw(scope, draws);
      return { tokens, logProbs };
    });
    const noise = uniforms(draws * 2, "tokens");
    const [{ data }] = interpret([result.logProbs], { "noise.tokens": noise });
    const ratios = data.reduce((total, logQ) => total + logQ + 2 * Math.log(3), 0) / draws;
    expect(kl).toBeGreaterThan(0);
    expect(Math.abs(ratios - kl)).toBeLessThan(0.02);
  });

  test("the KL of uniform codes is 0, and of certain ones log K a position", () => {
    expect(dataOf(klToUniform(zerosOfShape([1, 4, 2, 3]), 4))[0]).toBeCloseTo(0, 12);
    const certain = constant([900, 0, 0, 0], [1, 4, 1, 1]);
    expect(dataOf(klToUniform(certain, 4))[0]).toBeCloseTo(Math.log(4), 9);
  });

  test("gradients of the relaxed objective are those of its expectation, by finite differences", () => {
    // E[f(z)] for a relaxed z, f not linear; common random numbers on both sides of the difference.
    const draws = 4000;
    const uniform = constant(uniforms(draws * 6, "gumbel"), [draws, 3, 1, 2]);
    const loss = (x: Tensor) => {
      const quantiser = gumbel(dvaeConfig.parse({ codes: 3, embedding: 1, temperature: 0.7 }));
      const { result } = trace(new Variables(), true, (scope) => {
        const given: Scope = {
          ...scope,
          noise: () => uniform,
          child: () => ({ ...scope, parameter: () => constant([1, -2, 0.5], [3, 1]) }),
        };
        const rows = broadcastTo(x, [draws, 3, 1, 2]);
        const clock = { step: constant(0), progress: constant(0), phaseProgress: constant(0) };
        const zero = constant(0, []);
        return quantiser.quantise(given, rows, { ...clock, progress: zero }).vectors;
      });
      return mul(sum(square(sub(result, 0.3))), 1 / draws);
    };
    const x = input("x", [1, 3, 1, 2]);
    const value = loss(x);
    const { gradient } = grad(value, { gradient: x });
    const at = Float64Array.from(logits);
    const found = dataOf(gradient, { x: at });
    for (const index of logits.keys()) {
      const step = 1e-4;
      const [low, high] = [-step, step].map((move) => {
        const moved = at.slice();
        moved[index] += move;
        return dataOf(value, { x: moved })[0];
      });
      expect(found[index]).toBeCloseTo((high - low) / (2 * step), 5);
    }
  });

  test("as the temperature falls, the gradient in expectation approaches that of the discrete codes", () => {
    // With f linear in one-hot codes E[f(z)] = Σ p·f exactly; its gradient is p (f − E f).
    const values = [1, -2, 0.5];
    const row = [0.4, -1.1, 0.6];
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const probs = row.map((logit) => Math.exp(logit) / total);
    const mean = probs.reduce((sum, p, code) => sum + p * values[code], 0);
    const exact = probs.map((p, code) => p * (values[code] - mean));
    const draws = 60_000;
    const uniform = constant(uniforms(draws * 3, "low"), [draws, 3, 1, 1]);
    const x = input("x", [1, 3, 1, 1]);
    const quantiser = gumbel(
      dvaeConfig.parse({ codes: 3, embedding: 1, temperature: 0.1, coldest: 0.1 }),
    );
    const { result } = trace(
      new Variables(),
      true,
      (scope) =>
        quantiser.quantise(
          {
            ...scope,
            noise: () => uniform,
            child: () => ({ ...scope, parameter: () => constant(values, [3, 1]) }),
          },
          broadcastTo(x, [draws, 3, 1, 1]),
          {
            step: constant(0),
            progress: constant(0, []),
            phaseProgress: constant(0),
          },
        ).vectors,
    );
    const { gradient } = grad(mul(sum(result), 1 / draws), { gradient: x });
    const found = dataOf(gradient, { x: Float64Array.from(row) });
    for (const code of row.keys()) expect(Math.abs(found[code] - exact[code])).toBeLessThan(0.03);
  });

  test("the temperature falls by equal factors, and then stays", () => {
    const settings = { temperature: 1, coldest: 1 / 16, annealing: 0.5 };
    const at = (progress: number) => dataOf(annealed(settings, constant(progress, [])))[0];
    expect([0, 0.25, 0.5, 0.9].map(at)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(1 / 4, 12),
      expect.closeTo(1 / 16, 12),
      expect.closeTo(1 / 16, 12),
    ]);
    expect(dataOf(annealed({ ...settings, annealing: 0 }, constant(0, [])))[0]).toBeCloseTo(
      1 / 16,
      12,
    );
  });
});

describe("scalar quantisation", () => {
  const levels = [8, 5, 2];
  const quantiser = fsq(levels);
  const scope = undefined as unknown as Scope;

  test("every token has a vector of its own, which is a fixed point of rounding", () => {
    const all = Float64Array.from({ length: 80 }, (_, token) => token);
    const tokens = constant(all, [80, 1, 1], "int64");
    const vectors = quantiser.vectors(scope, tokens);
    const found = dataOf(vectors);
    const distinct = new Set(
      Array.from({ length: 80 }, (_, at) => found.slice(3 * at, 3 * at + 3).join()),
    );
    expect(distinct.size).toBe(80);
    // Outputs that squashing takes to the middle of each level.
    const half = levels.map((level) => ((level - 1) * 1.001) / 2);
    const outputs = found.map((value, at) => {
      const [axis, level] = [at % 3, levels[at % 3]];
      const offset = level % 2 === 0 ? 0.5 : 0;
      const inside = (value * Math.floor(level / 2) + offset) / half[axis];
      return Math.atanh(inside) - Math.atanh(offset / half[axis]);
    });
    const encoded = constant(outputs, [80, 3, 1, 1]);
    expect(dataOf(quantiser.tokens(scope, encoded))).toEqual(all);
    expect(Array.from(dataOf(quantiser.likeliest(scope, encoded)))).toEqual(
      Array.from(found, (value) => expect.closeTo(value, 6)),
    );
  });

  test.each([1001, 1002, 1023, 1024])(
    "of %i levels the largest outputs give the outermost, and the gradient still passes",
    (count) => {
      const many = fsq([count]);
      const x = input("x", [3, 1, 1, 1]);
      const feeds = { x: Float64Array.of(-9, 9, -1) };
      expect([...dataOf(many.tokens(scope, x), feeds)].slice(0, 2)).toEqual([0, count - 1]);
      const vectors = many.likeliest(scope, x);
      const found = dataOf(vectors, feeds);
      const ends = constant([0, count - 1], [2, 1, 1], "int64");
      expect([...found].slice(0, 2)).toEqual(
        Array.from(dataOf(many.vectors(scope, ends)), (value) => expect.closeTo(value, 6)),
      );
      const { gradient } = grad(sum(vectors), { gradient: x });
      for (const slope of dataOf(gradient, feeds)) expect(slope).toBeGreaterThan(0);
    },
  );

  test("as many codes as float32 can decode are allowed, and one more level is not", async () => {
    const config = (levels: number[]) => dvaeConfig.parse({ quantiser: "fsq", levels });
    const most = quantiserFor(config([1024, 1024, 8]));
    expect(most.codes).toBe(2 ** 23);
    expect(() => quantiserFor(config([1024, 1024, 9]))).toThrow(ConfigError);
    const device = await openDevice({ host: "inline" });
    const last = Int32Array.from({ length: 8 }, (_, at) => most.codes - 8 + at);
    const program = await device.compile({
      outputs: { vectors: most.vectors(scope, input("tokens", [8, 1, 1], "int32")) },
      updates: {},
    });
    const state = await device.allocate([]);
    const { vectors } = await program.run({ state, feeds: { tokens: last } });
    const digits = Array.from(vectors as Float32Array, (value, at) => {
      const half = [512, 512, 4][at % 3];
      return value * half + half;
    });
    expect(digits).toEqual([...last].flatMap((token) => [token % 1024, 1023, 7]));
    await device.close();
  });

  test("an output of 0 is near the middle level, and the gradient passes", () => {
    const x = input("x", [1, 3, 1, 1]);
    const { gradient } = grad(sum(quantiser.likeliest(scope, x)), { gradient: x });
    const found = dataOf(gradient, { x: Float64Array.of(0, 0, 0) });
    for (const slope of found) expect(slope).toBeGreaterThan(0);
    expect(
      Array.from(dataOf(quantiser.likeliest(scope, x), { x: Float64Array.of(0, 0, 0) })),
    ).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6), expect.closeTo(0, 6)]);
  });
});

describe("vector quantisation", () => {
  const config = dvaeConfig.parse({ codes: 3, embedding: 2, decay: 0.9, renewal: 0.1 });

  function step(start: Readonly<Record<string, readonly number[]>>, outputs: readonly number[]) {
    const encoded = constant(outputs, [outputs.length / 2, 2, 1, 1]);
    const clock = { step: constant(0), progress: constant(0), phaseProgress: constant(0) };
    const { result, updates } = trace(new Variables(), true, (scope) =>
      vq(config).quantise(scope, encoded, clock),
    );
    const feeds = Object.fromEntries(
      Object.entries(start).map(([name, values]) => [
        `buffers.decoder.codebook.${name}`,
        Float64Array.from(values),
      ]),
    );
    const all = { ...feeds, "noise.renewal": Float64Array.of(0.1, 0.4, 0.9) };
    const read = (tensor: Tensor) => Array.from(interpret([tensor], all)[0].data);
    return {
      vectors: read(result.vectors),
      penalty: read(result.penalty as Tensor),
      after: Object.fromEntries(
        Object.entries(updates).map(([name, tensor]) => [name.split(".").at(-1), read(tensor)]),
      ),
    };
  }

  test("chooses the nearest vector, and the codebook follows by hand-computed averages", () => {
    const { vectors, penalty, after } = step(
      { vectors: [0, 0, 1, 1, 9, 9], uses: [2, 2, 2], sums: [0, 0, 2, 2, 18, 18] },
      [0.1, 0.2, 0.9, 1.2, 1.1, 0.6],
    );
    expect(vectors).toEqual([0, 0, 1, 1, 1, 1]);
    expect(penalty[0]).toBeCloseTo(0.25 * (0.01 + 0.04), 12);
    const uses = [0.9 * 2 + 0.1, 0.9 * 2 + 0.2, 0.9 * 2];
    expect(after.uses).toEqual(uses.map((value) => expect.closeTo(value, 6)));
    const sums = [0.01, 0.02, 1.8 + 0.2, 1.8 + 0.18, 16.2, 16.2];
    expect(after.sums).toEqual(sums.map((value) => expect.closeTo(value, 6)));
    expect(after.vectors).toEqual(
      sums.map((value, at) => expect.closeTo(value / uses[at >> 1], 6)),
    );
  });

  test("a code that is hardly used becomes an output of the batch", () => {
    const { after } = step(
      { vectors: [0, 0, 1, 1, 9, 9], uses: [2, 2, 0.01], sums: [0, 0, 2, 2, 0.09, 0.09] },
      [0.1, 0.2, 0.9, 1.2, 1.1, 0.6],
    );
    // The third draw, 0.9, picks the last of three outputs.
    expect(after.vectors.slice(4)).toEqual([expect.closeTo(1.1, 6), expect.closeTo(0.6, 6)]);
    expect(after.uses[2]).toBeCloseTo(0.2, 12);
  });
});
