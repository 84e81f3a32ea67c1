import { z } from "zod";
import type { Progress } from "./messages.js";
import type { Pictures } from "./questions/question.js";

/** Which runs to compare, and on how many images. */
export const comparisonRequest = z.strictObject({
  runs: z.array(z.string().min(1)).min(1).max(8),
  /** Images of each set; with fewer, distances have a larger floor. */
  count: z.int().min(100).max(10_000).default(1000),
});

export type ComparisonRequest = z.input<typeof comparisonRequest>;

/** A line of the server's answer, of which the last is no progress. */
export type ComparisonLine =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refusal"; readonly message: string; readonly origin: string };

/** Runs beside each other, as `figment compare` judges them. */
export interface ComparisonFacts {
  readonly runs: readonly ComparedFacts[];
  readonly real: Pictures;
  readonly figures: readonly string[];
  /** What real images reach, by figure; null where there is none. */
  readonly floors: readonly (number | null)[];
  readonly protocol: Readonly<Record<string, string | number>>;
  readonly cautions: readonly string[];
}

export interface ComparedFacts {
  readonly run: string;
  readonly parameters: number;
  readonly trainingSeconds: number;
  readonly secondsPerImage: number;
  /** By figure; null where the run has none. */
  readonly values: readonly (Value | null)[];
  readonly samples: Pictures;
}

interface Value {
  readonly value: number;
  readonly kind: "exact" | "bound" | "estimate";
}
