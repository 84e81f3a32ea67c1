import { stream } from "../../runtime/random.js";
import type { ImageSet } from "../image-set.js";
import { annotate, type Combination, combinationsOf, type Subject } from "./aspects.js";

/** Which images of a captioned set to draw. */
export interface CaptionedDraw {
  /** Name of the set without options; random streams are named after it. */
  readonly family: string;
  readonly split: string;
  readonly seed: number;
  readonly count: number;
}

/** The random choices of a set of captioned images. */
export interface CaptionedDraws {
  readonly annotations: NonNullable<ImageSet["annotations"]>;
  /** The combination that image `index` shows. */
  combination(index: number): Combination;
  /** Fills `out` with the numbers in [0, 1) that decide the rest of image `index`. */
  look(index: number, out: Float64Array): void;
}

/** The splits of a captioned set. */
export const captionedSplits = (train: number, test: number) => ({
  train,
  /** Combinations that are not in training. */
  test,
  /** Other images of the combinations in training. */
  "test-seen": test,
});

/**
 * Draws what each image of a split shows, uniformly from the split's combinations. Image i depends
 * only on the seed, the split and i.
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
    combination: (index) => combinations[shown[index]],
    look: (index, out) => draws.uniform(out, index * out.length),
  };
}
