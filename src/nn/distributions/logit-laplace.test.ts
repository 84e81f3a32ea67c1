import { expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { broadcastTo, constant } from "../../tensor/index.js";
import { discretizedLogistic } from "./discretized-logistic.js";
import { logitLaplace } from "./logit-laplace.js";

const [LOCATION, LOG_SCALE] = [0.4, -1.3];

/** The distribution function of the Laplace distribution at a logit. */
function laplaceBelow(logit: number): number {
  const distance = (logit - LOCATION) / Math.exp(LOG_SCALE);
  return distance < 0 ? 0.5 * Math.exp(distance) : 1 - 0.5 * Math.exp(-distance);
}

/** The logit of 0.8x + 0.1. */
const logitOf = (x: number): number => Math.log((0.8 * x + 0.1) / (0.9 - 0.8 * x));

const parameter = (value: number, count: number) =>
  broadcastTo(constant(value, [1], "float64"), [count]);

test("the density integrates to the Laplace's mass between any two pixels", () => {
  const count = 20_000;
  const [low, high] = [0.15, 0.9];
  const xs = Array.from({ length: count }, (_, at) => low + ((at + 0.5) / count) * (high - low));
  const distribution = logitLaplace(parameter(LOCATION, count), parameter(LOG_SCALE, count));
  const [{ data }] = interpret([distribution.logProb(constant(xs, [count], "float64"))], {});
  const mass = data.reduce((sum, logProb) => sum + Math.exp(logProb), 0) * ((high - low) / count);
  expect(mass).toBeCloseTo(laplaceBelow(logitOf(high)) - laplaceBelow(logitOf(low)), 7);
});

test("samples invert the distribution function, and the centre is the median", () => {
  const uniform = [0.2, 0.5, 0.83];
  const distribution = logitLaplace(parameter(LOCATION, 3), parameter(LOG_SCALE, 3));
  const [{ data }] = interpret([distribution.sample(constant(uniform, [3], "float64"))], {});
  for (const [at, u] of uniform.entries()) {
    expect(laplaceBelow(logitOf(data[at]))).toBeCloseTo(u, 9);
  }
  const [{ data: centre }] = interpret([distribution.mean()], {});
  expect(centre[0]).toBeCloseTo(data[1], 12);
});

test.each([2, 17, 256])("a discretized logistic over %i levels adds up to 1", (levels) => {
  const xs = Array.from({ length: levels }, (_, level) => (2 * level) / (levels - 1) - 1);
  const distribution = discretizedLogistic(parameter(0.3, levels), parameter(-2, levels), levels);
  const [{ data }] = interpret([distribution.logProb(constant(xs, [levels], "float64"))], {});
  expect(data.reduce((sum, logProb) => sum + Math.exp(logProb), 0)).toBeCloseTo(1, 9);
});
