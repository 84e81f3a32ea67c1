import type { ImageShape } from "../core/batch.js";
import type { ConfigSchema } from "../core/config-schema.js";
import type { Environment } from "./cache.js";
import type { ImageSet } from "./image-set.js";
import type { PlanarDensity } from "./planar/density.js";
import type { OnDataProgress } from "./progress.js";

/** Where data sets are kept and how work on them reports. */
export interface CacheOptions {
  /** By default `defaultCacheDir()`. */
  readonly cacheDir?: string;
  readonly onProgress?: OnDataProgress;
  /** Environment that npm's configuration is read from, `process.env` by default. */
  readonly env?: Environment;
  /** Ends fetching; what has come is kept. */
  readonly signal?: AbortSignal;
}

/** The sets that a data set with options can be. */
export interface DatasetVariants {
  /** The options, each with its default and description. */
  readonly schema: ConfigSchema;
  /**
   * The set of these options.
   *
   * @throws ConfigError when a key is unknown or a value is out of range
   */
  choose(options: unknown): NamedDataset;
}

/** A data set that has a name. */
export interface NamedDataset extends ImageShape {
  /** With the options that differ from the defaults, as in `shapes:seed=3`. */
  readonly name: string;
  readonly title: string;
  /** Number of images in each split. */
  readonly splits: Readonly<Record<string, number>> & {
    readonly train: number;
    readonly test: number;
  };
  /** Bytes to be fetched, about; 0 where nothing is. */
  readonly downloadBytes: number;
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly licence: string;
  readonly note: string;
  /** Present for a set that takes options, such as one that is drawn from a seed. */
  readonly variants?: DatasetVariants;
  /** The known density of a set of points in the plane. */
  readonly density?: PlanarDensity;
  /** True when it can be loaded at once: without the network, and without drawing for minutes. */
  isAvailable(cacheDir: string): Promise<boolean>;
  /**
   * Brings it to the cache, verified.
   *
   * @throws UnavailableError when it cannot be reached, DataError when it is not what it should be
   */
  fetch(cacheDir: string, options: CacheOptions): Promise<void>;
  /**
   * @throws ConfigError when there is no such split
   * @throws DataError when what is in the cache is damaged
   */
  load(split: string, cacheDir: string): Promise<ImageSet>;
}
