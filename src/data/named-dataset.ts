import type { ImageShape } from "../core/batch.js";
import type { Environment } from "./cache.js";
import type { ImageSet } from "./image-set.js";
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

/** A data set that has a name. */
export interface NamedDataset extends ImageShape {
  readonly name: string;
  readonly title: string;
  /** Number of images in each split. */
  readonly splits: { readonly train: number; readonly test: number };
  /** Bytes to be fetched, about; 0 for what ships with Figment. */
  readonly downloadBytes: number;
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly licence: string;
  readonly note: string;
  /** True when it can be loaded without the network. */
  isAvailable(cacheDir: string): Promise<boolean>;
  /**
   * Brings it to the cache, verified.
   *
   * @throws UnavailableError when it cannot be reached, DataError when it is not what it should be
   */
  fetch(cacheDir: string, options: CacheOptions): Promise<void>;
  /** @throws DataError when what is in the cache is damaged */
  load(split: "train" | "test", cacheDir: string): Promise<ImageSet>;
}
