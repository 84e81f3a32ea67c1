import type { ImageShape } from "../../core/batch.js";
import type { ImageSource } from "../../core/images.js";
import type { WorkOptions } from "../../core/loaded-model.js";
import type { ResizeFilter } from "../../data/resize.js";
import type { FeatureBatch } from "../features.js";

/** How images are resized for an extractor: antialiased, and stretched. */
export interface Resizing {
  readonly filter: ResizeFilter;
  /** Whether resized pixels are rounded to 256 levels. */
  readonly rounded: boolean;
}

/**
 * Describes images by features, which metrics compare. Values of one extractor cannot be compared with
 * those of another, so results name it and the hash of its weights.
 */
export interface Extractor {
  readonly name: string;
  /** SHA-256 of the weights, in hexadecimal; null where there are none. */
  readonly sha256: string | null;
  /** What the features are and how images are prepared for them, as a phrase. */
  readonly description: string;
  /** The images that it takes. */
  readonly shape: ImageShape;
  /** Features per image. */
  readonly length: number;
  /** How images of another size are brought to its own; absent for triangle and rounding. */
  readonly resizing?: Resizing;
  /** What the Fréchet distance of its features is called; absent for that only. */
  readonly distance?: string;
  /**
   * Features of images of this shape, batch by batch in the source's order, with positions from 0.
   *
   * @throws DataError when an image lacks pixels
   * @throws ConfigError when there are no images
   */
  features(source: ImageSource, options?: WorkOptions): AsyncGenerator<FeatureBatch>;
  /** Absent where the extractor does not classify. */
  readonly classifier?: ExtractorClasses;
}

/** The class probabilities of an extractor that classifies. */
export interface ExtractorClasses {
  readonly names: readonly string[];
  /**
   * @returns  [count, classes]; each row sums to 1
   * @throws DataError when an image lacks pixels
   */
  probabilities(source: ImageSource, options?: WorkOptions): Promise<Float32Array>;
}
