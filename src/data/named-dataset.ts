import type { ImageShape } from "../core/batch.js";
import type { ConfigSchema } from "../core/config-schema.js";
import type { Environment } from "./cache.js";
import type { ImageSet } from "./image-set.js";
import type { PlanarDensity } from "./planar/density.js";
import type { OnDataProgress } from "./progress.js";

/** Where to keep data sets, and how work on them reports. */
export interface CacheOptions {
  /** `defaultCacheDir()` by default. */
  readonly cacheDir?: string;
  readonly onProgress?: OnDataProgress;
  /** Environment to read npm's configuration from; `process.env` by default. */
  readonly env?: Environment;
  /** Aborts fetching; the part that arrived is kept. */
  readonly signal?: AbortSignal;
}

/** The variants of a data set with options. */
export interface DatasetVariants {
  /** The options, each with a default and a description. */
  readonly schema: ConfigSchema;
  /**
   * Chooses the variant with these options.
   *
   * @throws ConfigError when a key is unknown or a value is out of range
   */
  choose(options: unknown): NamedDataset;
}

/** A data set with a name. */
export interface NamedDataset extends ImageShape {
  /** Includes options that differ from the defaults, as in `shapes:seed=3`. */
  readonly name: string;
  readonly title: string;
  /** Number of images per split. */
  readonly splits: Readonly<Record<string, number>> & {
    readonly train: number;
    readonly test: number;
  };
  /** Approximate bytes to fetch; 0 for none. */
  readonly downloadBytes: number;
  /** Origin of the data, for people. */
  readonly origin: string;
  readonly licence: string;
  readonly note: string;
  /** Present for a data set with options, such as one drawn from a seed. */
  readonly variants?: DatasetVariants;
  /** The known density of a planar data set. */
  readonly density?: PlanarDensity;
  /** Whether it loads at once: without network access, and without minutes of drawing. */
  isAvailable(cacheDir: string): Promise<boolean>;
  /**
   * Fetches it into the cache and verifies it.
   *
   * @throws UnavailableError when its source cannot be reached, DataError when the content is wrong
   */
  fetch(cacheDir: string, options: CacheOptions): Promise<void>;
  /**
   * @throws ConfigError when there is no such split
   * @throws DataError when the cached data is damaged
   */
  load(split: string, cacheDir: string): Promise<ImageSet>;
}
