import { describe, expect, test } from "vitest";
import { expectClose, fixture } from "./fixture.testing.js";
import { cosineSigmas } from "./schedules/cosine.js";
import { flowSchedule } from "./schedules/flow.js";
import { linearSigmas } from "./schedules/linear.js";
import { karrasRamp, spacedSigmas, spacingNames } from "./spacing.js";

test("Karras's levels against k-diffusion 0.1.1", () => {
  const { least, most, sigmas } = fixture.karras;
  expectClose([...karrasRamp(8, least, most), 0], sigmas, 1e-12);
});

const linear = linearSigmas(1000);

test.each([
  ["linear", [1, 334, 667, 1000]],
  // (1 + share · (√1000 − 1))², rounded.
  ["quadratic", [1, 126, 459, 1000]],
  ["trailing", [250, 500, 750, 1000]],
] as const)("four steps of the %s spacing", (spacing, steps) => {
  const expected = [...steps].reverse().map((step) => linear[step]);
  expect(spacedSigmas(linear, 4, spacing)).toEqual([...expected, 0]);
});

describe.each(spacingNames)("%s", (spacing) => {
  test.each([
    ["linear", linear],
    ["cosine", cosineSigmas(1000)],
    ["flow", flowSchedule(1000).sigmas],
  ])("falls from the last level of the %s schedule to 0, with any number of steps", (_, sigmas) => {
    for (const count of [1, 2, 3, 10, 400, 999, 1000]) {
      const levels = spacedSigmas(sigmas, count, spacing);
      expect(levels.length).toBe(count + 1);
      if (Number.isFinite(sigmas[1000])) expect(levels[0] / sigmas[1000]).toBeCloseTo(1, 10);
      else expect(levels[0]).toBe(sigmas[1000]);
      expect(levels[count]).toBe(0);
      for (let step = 1; step <= count; step++) expect(levels[step]).toBeLessThan(levels[step - 1]);
    }
  });
});
