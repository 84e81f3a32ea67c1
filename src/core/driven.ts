import type { Scope } from "../nn/scope.js";
import type { Executable, State, StateValues } from "../runtime/program.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationValues } from "./annotations.js";
import type { ConfigSchema } from "./config-schema.js";

/** What the host gives a capability that it drives, pixel after pixel or step after step. */
export interface Host {
  /** Parameters and buffers, on the device. */
  readonly state: State;
  /** Their values, by full name. They are read once. */
  values(): Promise<StateValues>;
  /** The compiled program of this name, built at its first use. */
  program(
    name: string,
    build: (scope: Scope) => Readonly<Record<string, Tensor>>,
  ): Promise<Executable>;
  /** Ask it between steps: `signal?.throwIfAborted()`. */
  readonly signal?: AbortSignal | undefined;
  /** Report between steps what share of the work is done, in [0, 1]. */
  onProgress?(share: number): void;
}

/** A sampler that the host drives. */
export interface DrivenSample {
  /** Settings of the sampler; each key has a default and a description. None where absent. */
  readonly options?: ConfigSchema;
  /** @returns  [size, C, H, W] in [0, 1] */
  drive(host: Host, request: DrivenSampleRequest): Promise<Float32Array>;
}

/** Negative log-likelihoods that the host computes, image batch after image batch. */
export interface DrivenScore {
  /** @returns  [count] nats */
  drive(host: Host, batch: HostBatch, request: ScoreRequest): Promise<Float64Array>;
}

/** How a batch is scored. */
export interface ScoreRequest {
  /** Position of the batch's first image within the whole; noise is keyed by it. */
  readonly first: number;
  readonly samples: number;
  readonly seed: number;
}

/** Images of a batch to be drawn. */
export interface SampleRequest {
  readonly size: number;
  /** Position of the batch's first image within the whole; noise is keyed by it. */
  readonly first: number;
  readonly seed: number;
  /** ≥ 0; 1 samples the model as it is. */
  readonly temperature: number;
  /** False: the likelihood's mean, where the model has one. True: a draw. */
  readonly draw: boolean;
  /** What the images are to show, for a conditional model; values of `size` images each. */
  readonly annotations: AnnotationValues;
}

/** Images of a batch to be drawn by a sampler with settings. */
export interface DrivenSampleRequest extends SampleRequest {
  /** Values by the keys of {@link DrivenSample.options}. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Markov chains of images, which the host drives. */
export interface DrivenChain {
  /** @returns  [size, frames, C, H, W] in [0, 1]: a strip for each chain */
  drive(host: Host, request: ChainRequest): Promise<Float32Array>;
}

/** The chains of a batch. */
export interface ChainRequest extends SampleRequest {
  /** [size, C, H, W] images that the chains begin with; the model's own where absent. */
  readonly start?: Float32Array | undefined;
  /** States to keep of each chain; at least 1. */
  readonly frames: number;
  /** Steps from one kept state to the next; at least 1. */
  readonly every: number;
}

/** Completion, which the host drives. */
export interface DrivenComplete {
  /**
   * Fills in the missing pixels and leaves the given ones exactly as they are.
   *
   * @returns  [size, C, H, W] in [0, 1]
   */
  drive(host: Host, request: CompleteRequest): Promise<Float32Array>;
  /**
   * Checks which pixels are given, before any work begins.
   *
   * @param known  [H · W] 1 where the pixel is given
   * @throws UnavailableError when the model cannot complete the others
   */
  check?(known: Uint8Array): void;
}

/** Images of a batch to be completed. */
export interface CompleteRequest extends SampleRequest {
  /** [size, C, H, W]; values at missing pixels are ignored. */
  readonly pixelsUnit: Float32Array;
  /** [H · W] 1 where the pixel is given, in all images and channels. */
  readonly known: Uint8Array;
}

/** Images of a batch on the host. */
export interface HostBatch {
  readonly count: number;
  /** [count, C, H, W] in [0, 1], NaN where a pixel is missing. */
  readonly pixelsUnit: Float32Array;
  /** Values of `count` images each. */
  readonly annotations: AnnotationValues;
  /** [count] ≥ 0: how much each image counts. */
  readonly weights: Float32Array;
}
