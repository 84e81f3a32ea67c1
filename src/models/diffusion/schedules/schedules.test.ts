import { describe, expect, test } from "vitest";
import { expectClose, fixture } from "../fixture.testing.js";
import { signalOf } from "../noise-level.js";
import { cosineSigmas } from "./cosine.js";
import { scheduleNames, scheduleOf } from "./index.js";
import { linearSigmas } from "./linear.js";
import { zeroTerminalSnr } from "./zero-terminal-snr.js";

const { steps, linear, cosine, linearZeroTerminalSnr } = fixture.schedules;

describe("ᾱ of 1,000 steps against diffusers 0.42.1", () => {
  test.each([
    ["linear", linearSigmas(1000), linear, 1e-12],
    // diffusers rounds the β of this schedule to float32.
    ["cosine", cosineSigmas(1000), cosine, 1e-6],
    [
      "linear with zero terminal SNR",
      zeroTerminalSnr(linearSigmas(1000)),
      linearZeroTerminalSnr,
      1e-12,
    ],
  ] as const)("%s", (_, sigmas, expected, tolerance) => {
    const alphaBars = steps.map((step) => signalOf(sigmas[step]) ** 2);
    expectClose(alphaBars, expected, tolerance);
    const ratios = alphaBars.slice(0, -1).map((value, at) => value / expected[at]);
    expectClose(
      ratios,
      ratios.map(() => 1),
      1e-4,
    );
  });
});

describe.each(scheduleNames)("%s", (schedule) => {
  test.each([21, 50, 1000])("rises from 0 over %i steps", (count) => {
    const { sigmas } = scheduleOf({ schedule, steps: count, zeroTerminalSnr: false });
    expect(sigmas.length).toBe(count + 1);
    expect(sigmas[0]).toBe(0);
    for (let step = 1; step <= count; step++) {
      expect(sigmas[step]).toBeGreaterThan(sigmas[step - 1]);
    }
  });
});

test("with zero terminal SNR, the last step is noise alone and the first is unchanged", () => {
  const sigmas = cosineSigmas(100);
  const rescaled = zeroTerminalSnr(sigmas);
  expect(rescaled[100]).toBe(Number.POSITIVE_INFINITY);
  expect(rescaled[1]).toBeCloseTo(sigmas[1], 12);
  expect(rescaled[99]).toBeLessThan(Number.POSITIVE_INFINITY);
});
