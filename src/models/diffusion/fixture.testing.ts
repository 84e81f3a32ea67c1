import { readFileSync } from "node:fs";
import { expect } from "vitest";

interface Update {
  readonly sampler: "ddim" | "ddpm";
  readonly eta?: number;
  readonly variance?: "small" | "large" | "learned";
  /** Share of ln β in the logarithm of a learned variance. */
  readonly share?: readonly number[];
  /** ᾱ before and after. */
  readonly from: number;
  readonly to: number;
  readonly noise?: readonly number[];
  readonly result: readonly number[];
}

/** Results of diffusers and k-diffusion in float64; see reference/diffusion.py. */
interface Fixture {
  /** ᾱ after some steps of 1,000. */
  readonly schedules: {
    readonly steps: readonly number[];
    readonly linear: readonly number[];
    readonly cosine: readonly number[];
    readonly linearZeroTerminalSnr: readonly number[];
  };
  readonly karras: {
    readonly least: number;
    readonly most: number;
    readonly sigmas: readonly number[];
  };
  readonly updates: {
    readonly z: readonly number[];
    readonly denoised: readonly number[];
    readonly noise: readonly number[];
    readonly cases: readonly Update[];
  };
  /** Whole runs in x = x₀ + σ·ε. */
  readonly runs: {
    readonly mean: readonly number[];
    readonly start: readonly number[];
    readonly noises: readonly (readonly number[])[];
    readonly churn: number;
    readonly results: Readonly<Record<string, readonly number[]>>;
  };
  readonly weights: {
    readonly sigmas: readonly number[];
    readonly gamma: number;
    readonly sigmaData: number;
    readonly of: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  };
}

export const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../../reference/diffusion.json", import.meta.url), "utf8"),
);

/** Asks for values that agree up to a share of 1 + their size. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) {
    const distance = Math.abs(actual[at] - expected[at]);
    expect(distance, `value ${at}: ${actual[at]}, not ${expected[at]}`).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(expected[at])),
    );
  }
}
