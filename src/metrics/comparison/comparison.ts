import type { ImageShape } from "../../core/batch.js";
import type { ScoreKind } from "../../core/capability.js";
import type { Features } from "../features.js";
import type { Interval } from "../interval.js";
import type { Box, LogDensity } from "../planar/density.js";

/** What was asked of images, slot by slot, and what judges read in them. */
export interface SlotReadings {
  /** Names of the slots. */
  readonly slots: readonly string[];
  /** [count × slots] indices of values. */
  readonly asked: Int32Array;
  /** [count × slots] likewise; −1 where an image shows no value. */
  readonly read: Int32Array;
}

/** A set of images as an extractor describes it. */
export interface DescribedSet {
  readonly features: Features;
  /** [count, classes] class probabilities, where the extractor classifies. */
  readonly probs?: Float32Array;
  /** Pixels in [0, 1] of the images before the extractor's resizing, where a metric takes them. */
  readonly pixels?: Features;
  /** Where a metric takes what the images were asked to show. */
  readonly slots?: SlotReadings;
}

/** Scores of real images by the model that is judged. */
export interface ScoredImages {
  /** [count] nats */
  readonly perImage: Float64Array;
  readonly kind: ScoreKind;
  /** The mean by the parts of an image, and what nats of an image are divided by for it. */
  readonly rate: { readonly value: number; readonly unit: string; readonly divisor: number };
}

/** The density in the plane that the real points are drawn from. */
export interface KnownPlane {
  readonly density: LogDensity;
  readonly box: Box;
  /** Upper bound on the probability of a point outside the box. */
  readonly massOutside: number;
  /** [modes, 2] centres of equally likely round modes, and their standard deviation. */
  readonly modes?: { readonly centres: readonly number[]; readonly sigma: number };
}

/** The sets that a metric may draw on. */
export interface ComparedSets {
  readonly real: DescribedSet;
  readonly generated: DescribedSet;
  /** Real images that the model was trained on. */
  readonly training?: DescribedSet;
  /** Real images that it was not trained on. */
  readonly heldOut?: DescribedSet;
  /** Real images that are neither compared with nor stand in for generated ones in the floor. */
  readonly spare?: DescribedSet;
  /** [classes] how often the data has each class of the extractor: counts or shares, where they are known. */
  readonly classShares?: Float64Array;
  /** Shape of the images whose pixels the sets hold. */
  readonly shape: ImageShape;
  /** Where the real images are points of a known density. */
  readonly plane?: KnownPlane;
  /** Where the generated images come from a model with a density. */
  readonly likelihood?: ScoredImages;
  /** Log-density of that model in the plane, where it is exact. */
  readonly modelDensity?: { readonly density: LogDensity; readonly cells: number };
}

/** One figure of a metric. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  /** How the figure varies with the choice of images; absent where the metric has no such interval. */
  readonly interval?: Interval;
  /** Standard deviation over the splits of an Inception Score. */
  readonly spread?: number;
  /** What the figure counts up to, such as all modes. */
  readonly of?: number;
  /** Of a likelihood. */
  readonly kind?: ScoreKind;
}

export interface MeasureOptions {
  /** Of subsets, directions and resamples. */
  readonly seed: number;
  /** Whether to compute intervals, which a floor does not show. */
  readonly intervals: boolean;
}

/**
 * What a metric needs besides features of real and generated images. One that needs a `covariance` needs
 * features few enough for it. One that needs `aspects` takes no features: its generated images are drawn from
 * the captions of the real ones that are compared with, and judges read what they show.
 */
export type Need =
  | "covariance"
  | "classes"
  | "training"
  | "spare"
  | "pixels"
  | "plane"
  | "likelihood"
  | "aspects";

/** A metric of a set of images, as one that can be chosen by name. */
export interface Comparison {
  readonly description: string;
  readonly needs: readonly Need[];
  /** The real images to measure in place of the generated ones, for the floor. */
  readonly floor: "unseen" | "real" | "heldOut" | "none";
  /** What must be read beside its figures, as a sentence without its full stop. */
  readonly caution?: string;
  measure(sets: ComparedSets, options: MeasureOptions): readonly Figure[];
}
