import { describe, expect, test } from "vitest";
import { stream } from "../../../runtime/random.js";
import { variationalBound } from "../bound/variational-bound.js";
import { denoiserOf } from "../samplers/known.testing.js";
import { edmSchedule } from "../schedules/edm.js";
import { karrasRamp } from "../spacing.js";
import { dequantised, flowNats } from "./log-density.js";

/** Images of two correlated pixels, N(MEAN, COVARIANCE), whose exact denoiser is known. */
const MEAN = [0.3, -0.2];
const COVARIANCE = [0.25, 0.12, 0.12, 0.16];

/** Levels up to one where a mean of 0.3 is nothing beside the noise. */
const rising = (steps: number) => karrasRamp(steps + 1, 0.002, 1000).reverse();

function inverse([a, b, c, d]: readonly number[]) {
  const determinant = a * d - b * c;
  return { matrix: [d, -b, -c, a].map((value) => value / determinant), determinant };
}

/** A·(x − MEAN) of each image, for the matrix A = Σ·(Σ + σ²)⁻¹, which is ∂D/∂x. */
function gaussianDerivative(sigma: number): number[] {
  const [a, b, c, d] = COVARIANCE;
  const { matrix } = inverse([a + sigma ** 2, b, c, d + sigma ** 2]);
  return [0, 1].flatMap((row) =>
    [0, 1].map(
      (column) =>
        COVARIANCE[2 * row] * matrix[column] + COVARIANCE[2 * row + 1] * matrix[2 + column],
    ),
  );
}

async function denoise(x: Float64Array, sigma: number, probe: Float64Array) {
  const derivative = gaussianDerivative(sigma);
  const pair = (values: Float64Array, at: number) =>
    values.subarray(at - (at % 2), at - (at % 2) + 2);
  return {
    denoised: x.map((_, at) => {
      const [left, right] = pair(x, at);
      const row = 2 * (at % 2);
      return (
        MEAN[at % 2] + derivative[row] * (left - MEAN[0]) + derivative[row + 1] * (right - MEAN[1])
      );
    }),
    pulled: probe.map((_, at) => {
      const [left, right] = pair(probe, at);
      return left * derivative[at % 2] + right * derivative[2 + (at % 2)];
    }),
  };
}

/** −log of the exact density of the noisy images at the least level. */
function exactNats(x: ArrayLike<number>): number {
  const [a, b, c, d] = COVARIANCE;
  const { matrix, determinant } = inverse([a + 0.002 ** 2, b, c, d + 0.002 ** 2]);
  const [left, right] = [x[0] - MEAN[0], x[1] - MEAN[1]];
  const distance =
    matrix[0] * left ** 2 + (matrix[1] + matrix[2]) * left * right + matrix[3] * right ** 2;
  return 0.5 * (distance + Math.log(determinant)) + Math.log(2 * Math.PI);
}

describe("on a Gaussian of two pixels", () => {
  const images = [0.3, -0.2, 0.9, 0.4, -0.8, 0.5];
  const exact = [0, 1, 2].map((at) => exactNats(images.slice(2 * at, 2 * at + 2)));
  /** Mean over all four pairs of signs: the exact trace. */
  const nats = async (steps: number) => {
    const runs = await Promise.all(
      [0, 1, 2, 3].map((signs) =>
        flowNats({
          denoise,
          x: Float64Array.from(images),
          size: 2,
          sigmas: rising(steps),
          probe: Float64Array.from(images, (_, at) => ((signs >> (at % 2)) & 1 ? 1 : -1)),
        }),
      ),
    );
    return exact.map((_, at) => runs.reduce((sum, run) => sum + run[at], 0) / runs.length);
  };

  test("the ODE gives the exact density", async () => {
    const found = await nats(800);
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(exact[at], 2);
  });

  test("halving the steps divides the error by four", async () => {
    const [coarse, fine] = [await nats(50), await nats(100)];
    const error = (values: number[]) => Math.abs(values[1] - exact[1]);
    expect(error(coarse) / error(fine)).toBeGreaterThan(3);
    expect(error(coarse) / error(fine)).toBeLessThan(5.5);
  });
});

test("on a Gaussian of one pixel, the bound of many steps is above the ODE's value and near it", async () => {
  const [mean, std] = [0.3, 0.5];
  const denoiseOne = denoiserOf(
    (x, sigma) => (std ** 2 * x + sigma ** 2 * mean) / (std ** 2 + sigma ** 2),
  );
  const REPEATS = 4000;
  const x0 = new Float64Array(REPEATS);
  stream(2, "data").normal(x0);
  x0.forEach((value, at) => {
    x0[at] = mean + std * value;
  });
  const noise = (step: number) => {
    const values = new Float64Array(REPEATS);
    stream(3, "noise", step).normal(values);
    return values;
  };
  const bound = await variationalBound({
    denoise: denoiseOne,
    x0,
    size: 1,
    levels: null,
    sigmas: edmSchedule(1000).sigmas,
    variance: "large",
    noise,
  });
  const flow = await flowNats({
    denoise: async (x, sigma, probe) => ({
      denoised: x.map((value) => (std ** 2 * value + sigma ** 2 * mean) / (std ** 2 + sigma ** 2)),
      pulled: probe.map((value) => (value * std ** 2) / (std ** 2 + sigma ** 2)),
    }),
    x: x0,
    size: 1,
    sigmas: rising(100),
    probe: new Float64Array(REPEATS).fill(1),
  });
  const entropy = 0.5 * Math.log(2 * Math.PI * Math.E * std ** 2);
  const meanOf = (values: Float64Array) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(meanOf(flow)).toBeCloseTo(entropy, 1);
  const gaps = bound.map((value, at) => value - flow[at]);
  const gap = meanOf(gaps);
  const error = Math.sqrt(meanOf(gaps.map((value) => (value - gap) ** 2)) / REPEATS);
  expect(gap).toBeGreaterThan(-3 * error);
  expect(gap).toBeLessThan(0.05 + 3 * error);
});

test("dequantised pixels lie in their bins", () => {
  const pixels = Float32Array.of(0, 1 / 3, 2 / 3, 1);
  expect([...dequantised(pixels, new Float64Array(4), 4)]).toEqual([-1, -0.5, 0, 0.5]);
  const middle = dequantised(pixels, new Float64Array(4).fill(0.5), 4);
  expect([...middle]).toEqual([-0.75, -0.25, 0.25, 0.75]);
});
