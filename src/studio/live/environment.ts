import type { LoadedModel } from "../../core/loaded-model.js";
import type { ImageSet } from "../../data/image-set.js";
import type { TrainModelOptions } from "../../in-memory.js";
import type { Device } from "../../runtime/program.js";
import type { Catalogue } from "../engine/catalogue.js";
import type { ComparisonFacts } from "../engine/comparison.js";
import type { CallWatch } from "../engine/messages.js";
import type { TrainingSpec } from "../engine/spec.js";

/** What a session gets from the place where it lives: a page's worker, or a thread on Node. */
export interface Environment {
  catalogue(): Promise<Catalogue>;
  /** The device of all sessions here. */
  device(): Promise<Device>;
  /**
   * The training images.
   *
   * @throws ConfigError, DataError when there is no such data, or it is damaged
   */
  images(data: string, size: number | undefined): Promise<ImageSet>;
  /** Keeps an upload. @returns its reference @throws ConfigError, DataError when it is malformed */
  upload(id: string, upload: unknown): Promise<string>;
  /** Opens a run. @throws RunError when there is no such run here */
  openRun(run: string): Promise<OpenedRun>;
  /** Compares kept runs; absent where none are kept. */
  compare?(request: unknown, watch: CallWatch): Promise<ComparisonFacts>;
  /** Trains into a run directory; absent where none are kept. */
  trainRun?(name: string, training: KeptTraining): Promise<LoadedModel>;
}

export interface OpenedRun {
  readonly model: LoadedModel;
  /** Images of the data that it learned from, where they are here. */
  readonly images: ImageSet | undefined;
  readonly name: string;
  readonly data: string;
  readonly step: number;
}

/** A training as a session asks for it. */
export interface KeptTraining
  extends Omit<TrainModelOptions, "device" | "images" | "weights" | "parts"> {
  readonly spec: TrainingSpec;
  readonly images: ImageSet;
}
