import { expect, test } from "vitest";
import { interpret } from "../runtime/interpreter/index.js";
import { stream } from "../runtime/random.js";
import { input } from "../tensor/tensor.js";
import { type Corruption, corrupt, levelProblem } from "./corruption.js";
import { trace, Variables } from "./scope.js";

const COUNT = 40_000;

/** Values of ½ after a corruption, as noise from a stream makes them. */
function corrupted(corruption: Corruption): Float64Array {
  const x = input("x", [COUNT]);
  const { result } = trace(new Variables(), true, (scope) => corrupt(scope, x, corruption));
  const noise = new Float64Array(COUNT);
  const source = stream(5, "noise");
  if (corruption.kind === "gaussian") source.normal(noise);
  else source.uniform(noise);
  const feeds = { x: new Float64Array(COUNT).fill(0.5), "noise.corruption": noise };
  return interpret([result], feeds)[0].data;
}

const shareOf = (values: Float64Array, wanted: number) =>
  values.filter((value) => value === wanted).length / COUNT;

test("gaussian noise has the standard deviation that is asked for, and is not clipped", () => {
  const errors = corrupted({ kind: "gaussian", level: 0.4 }).map((value) => value - 0.5);
  const mean = errors.reduce((sum, value) => sum + value, 0) / COUNT;
  const variance = errors.reduce((sum, value) => sum + value ** 2, 0) / COUNT;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(Math.abs(Math.sqrt(variance) - 0.4)).toBeLessThan(0.01);
  expect(Math.min(...errors)).toBeLessThan(-0.5);
});

test("masking sets the share of values to 0", () => {
  const values = corrupted({ kind: "masking", level: 0.3 });
  expect(Math.abs(shareOf(values, 0) - 0.3)).toBeLessThan(0.01);
  expect(shareOf(values, 0) + shareOf(values, 0.5)).toBe(1);
});

test("salt and pepper come half and half", () => {
  const values = corrupted({ kind: "salt-and-pepper", level: 0.3 });
  expect(Math.abs(shareOf(values, 0) - 0.15)).toBeLessThan(0.01);
  expect(Math.abs(shareOf(values, 1) - 0.15)).toBeLessThan(0.01);
});

test.each([
  ["gaussian", 0],
  ["gaussian", Number.POSITIVE_INFINITY],
  ["masking", 1],
  ["masking", -0.1],
  ["salt-and-pepper", 1.5],
] as const)("a level of %s of %f is refused", (kind, level) => {
  expect(levelProblem({ kind, level })).toMatch(String(level));
});
