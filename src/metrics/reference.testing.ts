import { readFileSync } from "node:fs";
import type { FeatureBatch, Features } from "./features.js";

interface Manifolds {
  readonly pair: "asymmetric" | "swapped" | "with copies";
  readonly k: number;
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
}

interface Reference {
  readonly library: string;
  readonly frechet: Readonly<
    Record<string, { torchFidelity: number; sqrtm: number; singularValues: number }>
  >;
  readonly kernel: { subsets: readonly number[]; mean: number; gaussian: number };
  readonly inceptionScore: Readonly<
    Record<string, { inception_score_mean: number; inception_score_std: number }>
  >;
  readonly manifolds: readonly Manifolds[];
  readonly similarity: Readonly<Record<"five scales" | "one scale", number>>;
  /** A plane of 9×6 after a filter, by its standard deviation. */
  readonly gaussianFilters: Readonly<Record<string, readonly number[]>>;
  readonly parzen: number;
  readonly mannWhitney: number;
  readonly divergences: { kl: number; jensenShannon: number };
}

/** What the reference implementations computed; see reference/metrics.py for their versions. */
export const reference: Reference = JSON.parse(
  readFileSync(new URL("../../reference/metrics.json", import.meta.url), "utf8"),
);

/** Multiples of 2⁻³² in [0, 1), the same as in reference/metrics.py. */
export function uniforms(seed: number, length: number): Float64Array {
  const start = Math.imul(seed, 0x9e3779b1);
  return Float64Array.from({ length }, (_, at) => {
    let h = at + start;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
  });
}

/** Rows of sums of four uniforms, each feature leaning on the one before, as in reference/metrics.py. */
export function featuresOf(
  seed: number,
  count: number,
  width: number,
  { scale = 1, shift = 0 } = {},
): Features {
  const u = uniforms(seed, 4 * count * width);
  const x = new Float64Array(count * width);
  for (let at = 0; at < x.length; at++) {
    x[at] = u[4 * at] + u[4 * at + 1] + u[4 * at + 2] + u[4 * at + 3] - 2;
    if (at % width > 0) x[at] += 0.5 * x[at - 1];
  }
  return { count, width, values: x.map((value) => scale * value + shift) };
}

/** The features of some images of a set, from the first to before the last. */
export function part({ values, width }: Features, first: number, last: number): FeatureBatch {
  return { first, values: values.slice(first * width, last * width) };
}

export const whole = (features: Features): FeatureBatch => part(features, 0, features.count);

export function concatenated(...sets: readonly Features[]): Features {
  const values = Float64Array.from(sets.flatMap((set) => [...set.values]));
  return { count: values.length / sets[0].width, width: sets[0].width, values };
}
