import { expect, test } from "vitest";
import { diagnoseGame } from "./diagnosis.js";

const line = (real: number, drawn: number, varianceReal: number, varianceDrawn: number) => ({
  "discriminator.real": real,
  "discriminator.drawn": drawn,
  "discriminator.varianceReal": varianceReal,
  "discriminator.varianceDrawn": varianceDrawn,
});

test.each([
  ["a fair game", "relativistic", line(0.4, -0.3, 0.3, 0.25), 1000, []],
  ["a sure discriminator", "minimax", line(8, -7, 0.3, 0.25), 1000, [/for sure/]],
  ["outputs without a unit", "wasserstein", line(80, -70, 0.3, 0.25), 1000, []],
  ["a collapse", "hinge", line(0.4, -0.3, 0.3, 0.01), 1000, [/nearly the same image/]],
  ["both", "minimax", line(9, -9, 0.3, 0.001), 1000, [/for sure/, /nearly the same/]],
  ["the first steps", "minimax", line(9, -9, 0.3, 0.001), 100, []],
] as const)("%s", (_, objective, metrics, step, expected) => {
  const warnings = diagnoseGame({ objective }, metrics, step);
  expect(warnings).toHaveLength(expected.length);
  expected.forEach((pattern, at) => {
    expect(warnings[at]).toMatch(pattern);
  });
});
