import type { Scope } from "../nn/scope.js";
import type { StateValues } from "../runtime/program.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Batch } from "./batch.js";
import type { Host, HostBatch } from "./driven.js";
import type { ImageSource } from "./images.js";

/** Fitting by whole passes over the images: counting, or expectation–maximisation. */
export interface Fit {
  /** Number of starts, at least 1; the loop keeps the one with the lowest validation loss. */
  readonly restarts: number;
  /** Number of free parameters, for information criteria; absent where the model does not count them. */
  readonly freeParameters?: number;
  /**
   * Initial values of all parameters and buffers by full name, such as `parameters.means.value`.
   *
   * @throws DataError when a fit cannot start from the images, for example with fewer images than
   *   components
   */
  initialise(images: ImageSource, context: FitContext): Promise<StateValues>;
  /** Stages run one after the other, each until it converges or uses up its passes. */
  readonly stages: readonly FitStage[];
}

export interface FitContext {
  readonly seed: number;
  /** Number of the start, from 0. */
  readonly restart: number;
  readonly signal?: AbortSignal | undefined;
  onProgress?(done: number, total: number): void;
}

/** One kind of pass. */
export interface FitStage {
  /** Such as `count`, `k-means` or `em`. */
  readonly name: string;
  /** Largest number of passes; where infinite, the training's budget decides. */
  readonly maxPasses: number;
  /** The stage has converged when a pass lowers the loss by less than this, in nats per image. */
  readonly tolerance: number;
  /** Weighted sums over the images of a batch. The loop adds the batches up in float64. */
  statistics(scope: Scope, batch: FitBatch): Readonly<Record<string, Tensor>>;
  /**
   * The same sums in steps that the host drives, for stages where the host can skip work that one
   * program would do.
   */
  driven?(host: FitHost, batch: HostBatch): Promise<FitSums>;
  /**
   * Maximises: computes new parameters from the sums, on the host.
   *
   * @param sums     over all images, row-major, by name
   * @param current  the parameters that produced these sums
   * @throws DataError, TrainingError when no parameters fit the sums, for example when a covariance
   *   is singular
   */
  maximise(sums: FitSums, current: StateValues): Maximised;
  /**
   * The sums of a batch with missing pixels (NaN), on the host or in steps that it drives. Models
   * without it refuse such images.
   */
  missing?(batch: HostBatch, current: StateValues, host: FitHost): FitSums | Promise<FitSums>;
}

/** The host that driven statistics work with. */
export type FitHost = Pick<Host, "state" | "program">;

/** A symbolic batch of weighted images. */
export interface FitBatch extends Batch {
  /** [B] ≥ 0; 1 where the source has no weights. */
  readonly weights: Tensor;
}

export type FitSums = ReadonlyMap<string, Float64Array>;

export interface Maximised {
  /** New values by full name; values not named keep their old ones. */
  readonly values: StateValues;
  /**
   * Metrics of the parameters that produced the sums. `loss`, in nats per image or whatever the
   * stage lowers, decides convergence; a stage of one pass may omit it. `nllNats` is the mean negative
   * log-likelihood of the training images alone, from which the loop derives information criteria.
   */
  readonly metrics: Readonly<Record<string, number>>;
}
