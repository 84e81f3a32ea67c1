import type { Scope } from "../nn/scope.js";
import type { Dim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationTensors } from "./annotations.js";
import type { Batch } from "./batch.js";
import type {
  DrivenChain,
  DrivenComplete,
  DrivenSample,
  DrivenScore,
  Host,
  HostBatch,
} from "./driven.js";

/** What a score is: the exact negative log-likelihood, an upper bound on it, or an estimate of it. */
export type ScoreKind = "exact" | "bound" | "estimate";

/** How an image is made from the distribution of each pixel that a decoder gives. */
export interface RenderOptions {
  /** False: the likelihood's mean. True: a draw from the likelihood. */
  readonly draw: boolean;
}

export interface SampleTrace extends RenderOptions {
  /** Float scalar that scales the spread of the noise; 1 samples the model as it is. */
  readonly temperature: Tensor;
  /** What the images are to show, of `count` images each; only a conditional model may read it. */
  readonly annotations: AnnotationTensors;
}

/** New images as one program: [count, C, H, W] in [0, 1]. */
export type TracedSample = (scope: Scope, count: Dim, options: SampleTrace) => Tensor;

/** Everything that a model can be asked; each entry is optional and adds what it names. */
export interface Capabilities {
  /** New images, drawn by one program, or step by step. */
  readonly sample?: TracedSample | DrivenSample;
  readonly score?: ScoreCapability;
  /** Images of which some pixels are given. */
  readonly complete?: DrivenComplete;
  /**
   * log p(class | image) in nats: [B, C, H, W] in [0, 1] → [B, K]. Logarithms, since what scores of
   * whole images leave to the other classes is often too small for a probability.
   */
  readonly classify?: (scope: Scope, pixelsUnit: Tensor) => Tensor;
  /** Codes of images: [B, C, H, W] in [0, 1] → [B, Z]. */
  readonly encode?: (scope: Scope, pixelsUnit: Tensor) => Tensor;
  readonly decode?: DecodeCapability;
  /** Images through the model's bottleneck and back: [B, C, H, W] in [0, 1] → the same. */
  readonly reconstruct?: (scope: Scope, pixelsUnit: Tensor, options: RenderOptions) => Tensor;
  /** The Markov chain that the model samples by, as it moves. */
  readonly chain?: DrivenChain;
  /**
   * The pattern that each unit responds to: [units, C, H, W] in [0, 1], where ½ is neutral; units of
   * larger weights first.
   */
  readonly filters?: (host: Host) => Promise<Float32Array>;
}

export type CapabilityName = keyof Capabilities;

/** Negative log-likelihoods, computed by one program or by a host that drives several. */
export type ScoreCapability = TracedScore | DrivenScoreCapability;

interface ScoreDescription {
  /** Largest number of samples an image that an estimate may draw; 1 where scores need none. */
  readonly maxSamples: number;
  /** Samples an image unless the user says otherwise; 1 where absent. */
  readonly defaultSamples?: number;
  /** What the score is when it is estimated with this many samples. */
  kind(samples: number): ScoreKind;
  /** How the number is computed, for the protocol. */
  estimator(samples: number): string;
  /** Work of the host that all images share, done before the first is scored, such as estimating log Z. */
  prepare?(host: Host, options: ScorePreparation): Promise<PreparedScore>;
  /**
   * Scores images with missing pixels, which are NaN, by summing or integrating the missing ones out.
   * Without it such images are refused.
   *
   * @returns  [B] nats
   */
  missing?(host: Host, batch: HostBatch): Promise<Float64Array>;
}

export interface TracedScore extends ScoreDescription {
  /** [B] nats. It may read inputs of its own that `prepare` feeds. */
  trace(scope: Scope, batch: Batch, samples: number): Tensor;
}

export interface DrivenScoreCapability extends ScoreDescription, DrivenScore {}

export interface ScorePreparation {
  readonly samples: number;
  readonly seed: number;
  /** True for the scores that training shows on the way, which should be cheap. */
  readonly preview: boolean;
}

export interface PreparedScore {
  /** Values of the inputs that `trace` reads besides the batch, by name. */
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** What the protocol records of the work. */
  readonly protocol: Readonly<Record<string, string | number>>;
}

export interface DecodeCapability {
  /** Length Z of a code. */
  readonly codeLength: number;
  /** [B, Z] → [B, C, H, W] in [0, 1] */
  trace(scope: Scope, codes: Tensor, options: RenderOptions): Tensor;
}
