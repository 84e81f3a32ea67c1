import { stream } from "../../runtime/random.js";
import type { ImageSet } from "../image-set.js";
import { annotate, type Combination, combinationsOf, type Subject } from "./aspects.js";

/** Which images of a captioned set are drawn. */
export interface CaptionedDraw {
  /** Of the set without its options; streams are named after it. */
  readonly family: string;
  readonly split: string;
  readonly seed: number;
  readonly count: number;
}

/** What a set of captioned images is drawn from. */
export interface CaptionedDraws {
  readonly annotations: NonNullable<ImageSet["annotations"]>;
  /** What image `index` shows. */
  combination(index: number): Combination;
  /** Fills `out` with the numbers in [0, 1) that decide what else image `index` looks like. */
  look(index: number, out: Float64Array): void;
}

/** The splits of a captioned set. */
export const captionedSplits = (train: number, test: number) => ({
  train,
  /** Combinations that training never shows. */
  test,
  /** Other images of the combinations that training shows. */
  "test-seen": test,
});

/**
 * What each image of a split shows, drawn evenly from the split's combinations. Image i depends on the
 * seed, the split and i alone.
 */
export function captionedDraws(
  subject: Subject,
  { family, split, seed, count }: CaptionedDraw,
): CaptionedDraws {
  const combinations = combinationsOf(subject, split === "test");
  const draws = stream(seed, `${family}/${split}`);
  const shown = new Uint16Array(count);
  draws.integers(shown, combinations.length);
  return {
    annotations: annotate(subject, combinations, shown),
    combination: (index) => combinations[shown[index]!]!,
    look: (index, out) => draws.uniform(out, index * out.length),
  };
}
