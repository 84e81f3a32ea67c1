import type { Sampling } from "../../core/capabilities/sample.js";
import type { LoadOptions } from "../../data/load-dataset.js";
import type { Figure } from "../../metrics/comparison/comparison.js";
import type { MetricName } from "../../metrics/comparison/registry.js";
import type { OpenExtractor } from "../open-extractor.js";
import type { OpenRunOptions } from "../open-run.js";
import type { RealImages, RealSplit } from "../real-images.js";
import type { OpenJudges } from "./open-judges.js";

export interface EvaluateOptions extends OpenRunOptions {
  /** Real images, by a data set's name or a path; by default those that the runs were trained on. */
  readonly real?: string;
  /** Which of them to compare with; `test` by default. */
  readonly split?: RealSplit;
  /** Images of each set; by default 10,000, or as many as there are real ones. */
  readonly count?: number;
  /** Names of metrics; by default what the extractor and the data allow of the usual ones. */
  readonly metrics?: readonly string[];
  /** As {@link openExtractor} takes it. */
  readonly extractor?: string;
  /** Captions of the images of each folder or file, one an image, for the metric `aspects`. */
  readonly prompts?: readonly string[];
  /** How runs draw; as they do by default, where absent. */
  readonly sampling?: Sampling;
  /** Draws of the generated images, with consecutive seeds; 1 by default. */
  readonly repeat?: number;
  /** Whether to draw each pixel of a sample, in place of showing its mean. */
  readonly draw?: boolean;
  /** Brings all images to grey (1) or colour (3), generated and real ones alike. */
  readonly channels?: number;
  /** Brings images of another size to that of the real ones. */
  readonly resize?: boolean;
  readonly seed?: number;
  readonly load?: Omit<LoadOptions, "split">;
  readonly signal?: AbortSignal;
  readonly onProgress?: (work: EvaluationProgress) => void;
}

export interface EvaluationProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** A figure beside its floor. */
export interface JudgedFigure extends Figure {
  readonly metric: MetricName;
  /** The same figure of real images that it is not compared with; null where there are none. */
  readonly floor: number | null;
  /** Of several draws, whose mean is then the value and which have no interval. */
  readonly draws?: { readonly values: readonly number[]; readonly standardDeviation: number };
}

/** What one set of images is worth, and how that was found. */
export interface Evaluation {
  readonly of: string;
  readonly figures: readonly JudgedFigure[];
  readonly protocol: Readonly<Record<string, string | number | null>>;
  /** What stands under the table, as its figures cannot be read without it. */
  readonly cautions: readonly string[];
  readonly warnings: readonly string[];
}

/** A checked evaluation, in work. */
export interface Work extends EvaluateOptions {
  readonly seed: number;
  readonly split: RealSplit;
  readonly count: number;
  readonly metrics: readonly MetricName[];
  readonly through: OpenExtractor;
  readonly images: RealImages;
  /** Where a metric takes what the images were asked to show. */
  readonly judges?: OpenJudges;
}
