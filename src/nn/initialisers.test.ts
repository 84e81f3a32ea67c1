import { describe, expect, test } from "vitest";
import { stream } from "../runtime/random.js";
import {
  constantValue,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  normalValues,
  ones,
  orthogonal,
  pytorchDefault,
  pytorchDefaultBias,
  transposedConvFans,
  uniformValues,
  weightFans,
  zeros,
} from "./initialisers.js";
import type { Initialiser } from "./scope.js";

const draw = (initialise: Initialiser, shape: readonly number[], name = "weight") =>
  initialise(shape, stream(1, name));

/** [out, in, kH, kW]: 54,000 values. */
const SHAPE = [120, 50, 3, 3];
const FAN_IN = 50 * 9;
const FAN_OUT = 120 * 9;

function moments(values: Float32Array) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
  return { n, mean, variance, largest: values.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
}

describe("initialisers against the mean, variance and bound of their papers", () => {
  test("are those of the stream, rounded once, wherever they are drawn part by part", () => {
    const normals = new Float64Array(54_000);
    stream(1, "weight").normal(normals);
    const uniforms = new Float64Array(54_000);
    stream(1, "weight").uniform(uniforms);
    expect(draw(normalValues(2, 0.1), SHAPE)).toEqual(
      Float32Array.from(normals, (z) => 0.1 + 2 * z),
    );
    expect(draw(uniformValues(0.3), SHAPE)).toEqual(
      Float32Array.from(uniforms, (u) => (2 * u - 1) * 0.3),
    );
  });

  test.each<[string, Initialiser, number]>([
    ["glorotUniform", glorotUniform(), 2 / (FAN_IN + FAN_OUT)],
    ["heUniform", heUniform(), 2 / FAN_IN],
    ["heUniform by fan-out, gain 1", heUniform({ mode: "fanOut", gain: 1 }), 1 / FAN_OUT],
    ["pytorchDefault", pytorchDefault, 1 / (3 * FAN_IN)],
  ])("%s is uniform", (_, initialise, variance) => {
    const found = moments(draw(initialise, SHAPE));
    const bound = Math.sqrt(3 * variance);
    expect(found.largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(found.largest).toBeGreaterThan(bound * 0.999);
    expect(Math.abs(found.mean)).toBeLessThan(4 * Math.sqrt(variance / found.n));
    // The variance of u² for u uniform on ±b is (4/45) b⁴.
    const error = Math.sqrt(4 / 45 / found.n) * bound ** 2;
    expect(Math.abs(found.variance - variance)).toBeLessThan(4 * error);
  });

  test.each<[string, Initialiser, number]>([
    ["glorotNormal", glorotNormal({ gain: 2 }), 8 / (FAN_IN + FAN_OUT)],
    ["heNormal", heNormal(), 2 / FAN_IN],
    ["normalValues", normalValues(0.02), 0.0004],
  ])("%s is normal", (_, initialise, variance) => {
    const found = moments(draw(initialise, SHAPE));
    expect(Math.abs(found.mean)).toBeLessThan(4 * Math.sqrt(variance / found.n));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / found.n));
    expect(found.largest).toBeGreaterThan(3.5 * Math.sqrt(variance));
  });

  test("gives the bias of PyTorch's layers the bound of their weight", () => {
    const { largest } = moments(draw(pytorchDefaultBias([7, 25]), [10_000]));
    expect(largest).toBeLessThanOrEqual(0.2 * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.199);
  });

  test("fills with constants", () => {
    expect([...draw(zeros, [2])]).toEqual([0, 0]);
    expect([...draw(ones, [2])]).toEqual([1, 1]);
    expect([...draw(constantValue(-2), [1, 2])]).toEqual([-2, -2]);
    expect(draw(ones, [])).toHaveLength(1);
  });

  test("depends on the stream alone", () => {
    const initialise = heNormal();
    expect(draw(initialise, [3, 4])).toEqual(draw(initialise, [3, 4]));
    expect(draw(initialise, [3, 4])).not.toEqual(draw(initialise, [3, 4], "other"));
  });
});

describe("fans", () => {
  test("counts as torch.nn.init for dense and convolutional weights", () => {
    expect(weightFans([5, 3])).toEqual({ fanIn: 3, fanOut: 5 });
    expect(weightFans([8, 4, 3, 2])).toEqual({ fanIn: 24, fanOut: 48 });
    expect(() => weightFans([3])).toThrow(/two axes/);
  });

  test("counts what an output of a transposed convolution sees", () => {
    // [in, out / groups, kH, kW] of 8 → 6 channels in 2 groups; 4×4 taps, one in four for stride 2.
    expect(transposedConvFans(2, 2)([8, 3, 4, 4])).toEqual({ fanIn: (8 / 2) * 4, fanOut: 3 * 16 });
  });
});

describe("orthogonal", () => {
  test.each([
    ["tall", [6, 4], 1],
    ["wide", [3, 7], 1],
    ["square, gain √2", [5, 5], Math.SQRT2],
    ["convolutional", [4, 2, 3, 3], 1],
  ])("%s: QᵀQ = gain² I on the shorter side", (_, shape, gain) => {
    const rows = shape[0];
    const columns = shape.slice(1).reduce((a, b) => a * b);
    const q = draw(orthogonal(gain), shape);
    const short = Math.min(rows, columns);
    const at = (long: number, index: number) =>
      rows >= columns ? q[long * columns + index] : q[index * columns + long];
    for (let i = 0; i < short; i++) {
      for (let j = 0; j < short; j++) {
        let dot = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) dot += at(k, i) * at(k, j);
        expect(dot).toBeCloseTo(i === j ? gain ** 2 : 0, 5);
      }
    }
  });

  test("takes both signs on the diagonal, as the uniform distribution over such matrices does", () => {
    const signs = Array.from({ length: 40 }, (_, index) =>
      Math.sign(draw(orthogonal(), [3, 3], `w${index}`)[0]),
    );
    expect(signs.filter((sign) => sign > 0).length).toBeGreaterThan(8);
    expect(signs.filter((sign) => sign < 0).length).toBeGreaterThan(8);
  });
});
