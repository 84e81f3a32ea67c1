import type { Scope } from "../nn/scope.js";
import type { Executable, GroupSpec, Program, State, StateValues } from "../runtime/program.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationValues } from "./annotations.js";
import type { ConfigSchema } from "./config-schema.js";

/** What the host offers a capability that it drives pixel by pixel or step by step. */
export interface Host {
  /** Parameters and buffers, on the device. */
  readonly state: State;
  /** Their values by full name, read from the device once. */
  values(): Promise<StateValues>;
  /** The compiled program of this name, built on first use. */
  program(
    name: string,
    build: (scope: Scope) => Readonly<Record<string, Tensor>>,
  ): Promise<Executable>;
  /** Zeroed state beside `state`, such as a cache, for `updating` programs; release it when done. */
  allocate(groups: readonly GroupSpec[]): Promise<State>;
  /** The compiled program of this name, which updates state, built on first use. */
  updating(name: string, build: (scope: Scope) => Program): Promise<Executable>;
  /** Check it between steps: `signal?.throwIfAborted()`. */
  readonly signal?: AbortSignal | undefined;
  /** Report progress between steps, as the share of the work done in [0, 1]. */
  onProgress?(share: number): void;
  /**
   * Receives the images of a batch after each step of a sampler that shows them on the way.
   *
   * @param pixelsUnit  [size, C, H, W] in [0, 1]
   */
  onPartial?(pixelsUnit: Float32Array): void;
}

/** Values for the settings of a capability. */
export type Settings = Readonly<Record<string, unknown>>;

/** A sampler that the host drives. */
export interface DrivenSample {
  /** Settings of the sampler, each with a default and a description; absent where it has none. */
  readonly options?: ConfigSchema;
  /** What the sampler keeps of an image while it draws, such as a cache; it bounds the batches. */
  readonly bytesPerImage?: number;
  /** Whether it shows the images on the way: what is drawn so far, and the rest as in a black image. */
  readonly partial?: true;
  /** A step of the sampler as a graph for exports, to be driven by another program. */
  readonly step?: {
    /** File name without `.onnx`. */
    readonly name: string;
    build(scope: Scope): Readonly<Record<string, Tensor>>;
  };
  /** @returns  [size, C, H, W] in [0, 1] */
  drive(host: Host, request: DrivenSampleRequest): Promise<Float32Array>;
}

/** Codes that the host draws. */
export interface DrivenPrior {
  /** @returns  [size, Z] */
  drive(host: Host, request: SampleRequest): Promise<Float32Array>;
}

/** Negative log-likelihoods that the host computes batch by batch. */
export interface DrivenScore {
  /** @returns  [count] nats */
  drive(host: Host, batch: HostBatch, request: ScoreRequest): Promise<Float64Array>;
}

/** How to score a batch. */
export interface ScoreRequest {
  /** Position of the batch's first image within the whole; noise is keyed by it. */
  readonly first: number;
  readonly samples: number;
  readonly seed: number;
  /** Values for the settings of the score. */
  readonly options: Settings;
}

/** A batch of images, or of their codes, to draw. */
export interface SampleRequest {
  readonly size: number;
  /** Position of the batch's first image within the whole; noise is keyed by it. */
  readonly first: number;
  readonly seed: number;
  /**
   * ≥ 0; 1 samples the model as it is, up to 1e-6 counts as 0: the mode (src/nn/temperature.ts).
   */
  readonly temperature: number;
  /** False: the likelihood's mean, where the model has one. True: a draw. */
  readonly draw: boolean;
  /** What to draw, for a conditional model; values for `size` images. */
  readonly annotations: AnnotationValues;
}

/** A batch of images to draw with a sampler that has settings. */
export interface DrivenSampleRequest extends SampleRequest {
  /** Values for the keys of {@link DrivenSample.options}. */
  readonly options: Settings;
}

/** Markov chains of images, which the host drives. */
export interface DrivenChain {
  /** @returns  [size, frames, C, H, W] in [0, 1]: one strip per chain */
  drive(host: Host, request: ChainRequest): Promise<Float32Array>;
}

/** The chains of a batch. */
export interface ChainRequest extends SampleRequest {
  /** [size, C, H, W] start images; the model chooses where absent. */
  readonly start?: Float32Array | undefined;
  /** States to keep of each chain; at least 1. */
  readonly frames: number;
  /** Steps from one kept state to the next; at least 1. */
  readonly every: number;
}

/** Completion that the host drives. */
export interface DrivenComplete {
  /** As {@link DrivenSample.bytesPerImage}. */
  readonly bytesPerImage?: number;
  /**
   * Fills in the missing pixels and keeps the given ones exactly.
   *
   * @returns  [size, C, H, W] in [0, 1]
   */
  drive(host: Host, request: CompleteRequest): Promise<Float32Array>;
  /**
   * Checks the mask before any work begins.
   *
   * @param known  [H · W] 1 where the pixel is given
   * @throws UnavailableError when the model cannot complete the others
   */
  check?(known: Uint8Array): void;
}

/** A batch of images to complete. */
export interface CompleteRequest extends SampleRequest {
  /** [size, C, H, W]; values at missing pixels are ignored. */
  readonly pixelsUnit: Float32Array;
  /** [H · W] 1 where the pixel is given, in all images and channels. */
  readonly known: Uint8Array;
}

/** Codes that the host computes batch by batch. */
export interface DrivenEncode {
  /** Length Z of a code. */
  readonly codeLength: number;
  /** @returns  [count, Z] */
  drive(host: Host, batch: HostBatch): Promise<Float32Array>;
}

/** Images that the host decodes batch by batch. */
export interface DrivenDecode {
  /** @returns  [count, C, H, W] in [0, 1] */
  drive(host: Host, codes: HostCodes): Promise<Float32Array>;
}

/** Reconstructions that the host computes batch by batch. */
export interface DrivenReconstruct {
  /** Settings, each with a default and a description; absent where it has none. */
  readonly options?: ConfigSchema;
  /** @returns  [count, C, H, W] in [0, 1] */
  drive(host: Host, batch: HostBatch, request: ReconstructRequest): Promise<Float32Array>;
}

/** How to reconstruct a batch. */
export interface ReconstructRequest {
  /** Position of the batch's first image within the whole; noise is keyed by it. */
  readonly first: number;
  readonly seed: number;
  /** Values for the keys of {@link DrivenReconstruct.options}. */
  readonly options: Settings;
}

/** Codes of a batch on the host. */
export interface HostCodes {
  readonly count: number;
  /** [count, Z] */
  readonly values: Float32Array;
  /** Annotation values of `count` images. */
  readonly annotations: AnnotationValues;
}

/** Images of a batch on the host. */
export interface HostBatch {
  readonly count: number;
  /** [count, C, H, W] in [0, 1], NaN where a pixel is missing. */
  readonly pixelsUnit: Float32Array;
  /** Annotation values of `count` images. */
  readonly annotations: AnnotationValues;
  /** [count] weights ≥ 0 of the images. */
  readonly weights: Float32Array;
}
