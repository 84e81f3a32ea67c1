import type { Scope } from "../nn/scope.js";
import type { StateValues } from "../runtime/program.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Batch } from "./batch.js";
import type { Host, HostBatch } from "./driven.js";
import type { ImageSource } from "./images.js";

/** Fitting by whole passes over the images: counting, or expectation–maximisation. */
export interface Fit {
  /** Starts to try, of which the one with the lowest validation loss is kept; at least 1. */
  readonly restarts: number;
  /**
   * First values of all parameters and buffers by full name, such as `parameters.means.value`.
   *
   * @throws DataError when the images cannot begin a fit, such as fewer images than components
   */
  initialise(images: ImageSource, context: FitContext): Promise<StateValues>;
  /** Run one after the other, each until it has converged or has made its passes. */
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
  /** Passes at most; the training's budget decides where it is infinite. */
  readonly maxPasses: number;
  /** The stage has converged when a pass lowers the loss by less, in nats an image. */
  readonly tolerance: number;
  /** Sums over the images of a batch, weighted. The loop adds them up over all images, in float64. */
  statistics(scope: Scope, batch: FitBatch): Readonly<Record<string, Tensor>>;
  /**
   * The same sums in steps that the host drives, where one program would do work that the host can see
   * to be superfluous.
   */
  driven?(host: FitHost, batch: HostBatch): Promise<FitSums>;
  /**
   * The parameters that the sums ask for, on the host.
   *
   * @param sums     over all images, row-major, by name
   * @param current  the values that the sums were gathered with
   * @throws DataError, TrainingError when there are none, such as a covariance that is singular
   */
  maximise(sums: FitSums, current: StateValues): Maximised;
  /**
   * The sums of a batch in which pixels are missing (NaN), on the host. Without it such images are
   * refused.
   */
  missing?(batch: HostBatch, current: StateValues): FitSums;
}

/** What driven statistics work with. */
export type FitHost = Pick<Host, "state" | "program">;

/** A symbolic batch whose images count as much as their weights say. */
export interface FitBatch extends Batch {
  /** [B] ≥ 0, 1 where none are given. */
  readonly weights: Tensor;
}

export type FitSums = ReadonlyMap<string, Float64Array>;

export interface Maximised {
  /** By full name; values that are left out stay as they are. */
  readonly values: StateValues;
  /**
   * What the sums say of the values that they were gathered with: `loss` is nats an image (or
   * whatever the stage lowers), and decides convergence. A stage of one pass may have none.
   */
  readonly metrics: Readonly<Record<string, number>>;
}
