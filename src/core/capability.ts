import type { Scope } from "../nn/scope.js";
import type { Dim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationTensors } from "./annotations.js";
import type { Batch } from "./batch.js";
import type { ConfigSchema } from "./config-schema.js";
import type {
  DrivenChain,
  DrivenComplete,
  DrivenDecode,
  DrivenEncode,
  DrivenPrior,
  DrivenReconstruct,
  DrivenSample,
  DrivenScore,
  Host,
  HostBatch,
  Settings,
} from "./driven.js";

/** A score is the exact negative log-likelihood, an upper bound on it, or an estimate of it. */
export type ScoreKind = "exact" | "bound" | "estimate";

/** How to turn the pixel distributions that a decoder gives into an image. */
export interface RenderOptions {
  /** False: the likelihood's mean. True: a draw from the likelihood. */
  readonly draw: boolean;
}

export interface RebuildOptions extends RenderOptions {
  /** Annotations of the images that are made; only a conditional model may read them. */
  readonly annotations: AnnotationTensors;
}

export interface SampleTrace extends RebuildOptions {
  /**
   * Float scalar ≥ 0 that scales the spread of the noise; 1 samples the model as it is. Up to 1e-6
   * counts as 0, the mode (src/nn/temperature.ts).
   */
  readonly temperature: Tensor;
}

/** Draws new images in one program: [count, C, H, W] in [0, 1]. */
export type TracedSample = (scope: Scope, count: Dim, options: SampleTrace) => Tensor;

/** Codes of images: [B, C, H, W] in [0, 1] → [B, Z]. Only a conditional model may read annotations. */
export type TracedEncode = (
  scope: Scope,
  pixelsUnit: Tensor,
  annotations: AnnotationTensors,
) => Tensor;

/** Reconstructs images from the model's bottleneck: [B, C, H, W] in [0, 1] → the same. */
export type TracedReconstruct = (
  scope: Scope,
  pixelsUnit: Tensor,
  options: RebuildOptions,
) => Tensor;

/** Removes noise of any kind: [B, C, H, W], which may leave [0, 1] → [B, C, H, W] in [0, 1]. */
export type BlindDenoise = (scope: Scope, pixelsUnit: Tensor) => Tensor;

/** Removes Gaussian noise of a level that it is told. */
export interface LevelDenoise {
  /**
   * Estimates images x₀ in [−1, 1] from noisy ones, z = (x₀ + σ·ε) / √(1 + σ²).
   *
   * @param noisy  [B, C, H, W] z
   * @param sigma  [B] σ in (0, ∞]
   * @returns      [B, C, H, W] about within [−1, 1]
   */
  trace(scope: Scope, noisy: Tensor, sigma: Tensor, annotations: AnnotationTensors): Tensor;
}

/** What a model can do; each entry is optional. */
export interface Capabilities {
  /** New images, drawn by one program, or step by step. */
  readonly sample?: TracedSample | DrivenSample;
  readonly score?: ScoreCapability;
  /** Fills in the missing pixels of images. */
  readonly complete?: DrivenComplete;
  /**
   * log p(class | image) in nats: [B, C, H, W] in [0, 1] → [B, K]. Logarithms, because the
   * probabilities of the less likely classes often underflow.
   */
  readonly classify?: (scope: Scope, pixelsUnit: Tensor) => Tensor;
  /** Groups that images fall into, found without labels. */
  readonly cluster?: ClusterCapability;
  /**
   * How real a discriminator finds images, before any sigmoid: [B, C, H, W] in [0, 1] → [B]; larger
   * for more real. Only a conditional model may read annotations.
   */
  readonly realness?: (scope: Scope, pixelsUnit: Tensor, annotations: AnnotationTensors) => Tensor;
  readonly encode?: TracedEncode | DrivenEncode;
  readonly decode?: DecodeCapability;
  /** The prior of codes, for models that fit the codes of images to one. */
  readonly prior?: PriorCapability;
  /** Reconstructs images from the model's codes. */
  readonly reconstruct?: TracedReconstruct | DrivenReconstruct;
  /** Removes noise from images. */
  readonly denoise?: BlindDenoise | LevelDenoise;
  /** Turns images into tokens of a finite vocabulary. */
  readonly tokenise?: TokeniseCapability;
  /** Turns such tokens into images. */
  readonly detokenise?: DetokeniseCapability;
  /** Turns images into images of another domain, or with other attributes. */
  readonly translate?: TranslateCapability;
  /** Draws whole images from pieces of them. */
  readonly assemble?: AssembleCapability;
  /** Tells how well images and captions fit each other. */
  readonly match?: MatchCapability;
  /** Shows the states of the Markov chain that the model samples with. */
  readonly chain?: DrivenChain;
  /**
   * The pattern that each unit responds to: [units, C, H, W] in [0, 1], where ½ is neutral. Units
   * with larger weights come first.
   */
  readonly filters?: (host: Host) => Promise<Float32Array>;
}

export type CapabilityName = keyof Capabilities;

/** Negative log-likelihoods, computed by one program or by a host that drives several. */
export type ScoreCapability = TracedScore | DrivenScoreCapability;

interface ScoreDescription {
  /** Largest number of samples per image; 1 where a score draws none. */
  readonly maxSamples: number;
  /** Samples per image unless the user chooses; 1 where absent. */
  readonly defaultSamples?: number;
  /** Tokens of an image, where the score is of these and not of its pixels. */
  readonly tokens?: number;
  /**
   * Test images whose scores an export's card and an evaluation show; all where absent. For scores that take
   * long.
   */
  readonly cardImages?: number;
  /** Settings of a score that the host drives, each with a default and a description. */
  readonly options?: ConfigSchema;
  /** The kind of score with this many samples, and with the defaults where no settings are given. */
  kind(samples: number, settings?: Settings): ScoreKind;
  /** How the score is computed, for the protocol. */
  estimator(samples: number, settings?: Settings): string;
  /** Host work shared by all images and done before the first, such as estimating log Z. */
  prepare?(host: Host, options: ScorePreparation): Promise<PreparedScore>;
  /**
   * Scores images with missing pixels (NaN) by summing or integrating over the missing ones. Models
   * without it refuse such images.
   *
   * @returns  [B] nats
   */
  missing?(host: Host, batch: HostBatch): Promise<Float64Array>;
}

export interface TracedScore extends ScoreDescription {
  /** @returns  [B] nats. It may read further inputs that `prepare` feeds. */
  trace(scope: Scope, batch: Batch, samples: number): Tensor;
}

export interface DrivenScoreCapability extends ScoreDescription, DrivenScore {}

export interface ScorePreparation {
  readonly samples: number;
  readonly seed: number;
  /** True for the scores that training reports on the way, which should be cheap. */
  readonly preview: boolean;
}

export interface PreparedScore {
  /** Values by name of the inputs that `trace` reads besides the batch. */
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** Facts about the work for the protocol. */
  readonly protocol: Readonly<Record<string, string | number>>;
}

/** Codes whose distributions should agree: those that samples decode, and those of images. */
export interface PriorCapability {
  /** Codes that samples decode. */
  readonly draw: TracedPrior | DrivenPrior;
  /** Draws of the encoder's distribution of codes, or its codes: [B, C, H, W] in [0, 1] → [B, Z] */
  posterior(scope: Scope, pixelsUnit: Tensor, annotations: AnnotationTensors): Tensor;
}

export interface ClusterCapability {
  /** Number of clusters K. */
  readonly clusters: number;
  /** log p(cluster | image) in nats: [B, C, H, W] in [0, 1] → [B, K] */
  trace(scope: Scope, pixelsUnit: Tensor): Tensor;
}

/** Draws codes in one program: [count, Z]. Only a conditional model may read annotations. */
export type TracedPrior = (scope: Scope, count: Dim, annotations: AnnotationTensors) => Tensor;

/** Decoding by one program or by a host that drives several. */
export type DecodeCapability = TracedDecode | (CodeDescription & DrivenDecode);

interface CodeDescription {
  /** Length Z of a code. */
  readonly codeLength: number;
  /**
   * The way from one code to another: a `line` (the default), or along a `sphere`, which keeps the
   * length that normal noise in many dimensions has.
   */
  readonly path?: "line" | "sphere";
  /** How many numbers at the start of the code are a one-hot category; 0 where absent. */
  readonly categories?: number;
  /** Half the width of the range of the other numbers, where it has ends. */
  readonly range?: number;
}

export interface TracedDecode extends CodeDescription {
  /** [B, Z] → [B, C, H, W] in [0, 1] */
  trace(scope: Scope, codes: Tensor, options: RebuildOptions): Tensor;
  /** Decodes between what two annotations say; for models that can, such as of captions. */
  readonly between?: (scope: Scope, codes: Tensor, options: BetweenOptions) => Tensor;
}

export interface BetweenOptions extends RebuildOptions {
  /** Other annotations, and each image's share of the way to them. */
  readonly to: AnnotationTensors;
  /** [B] in [0, 1] */
  readonly share: Tensor;
}

/** Translation by a network for each domain, or by one network that is told the target. */
export type TranslateCapability = DomainTranslate | ToldTranslate;

export interface DomainTranslate {
  readonly by: "network";
  /** The model's classes. */
  readonly domains: readonly string[];
  /** @param domain  number of the target  @returns  [B, C, H, W] in [0, 1], as `pixelsUnit` */
  trace(scope: Scope, pixelsUnit: Tensor, domain: number): Tensor;
}

export interface ToldTranslate {
  /** The annotation that names the target. */
  readonly by: "class" | "attributes";
  /** @param target  what the images are to be  @returns  [B, C, H, W] in [0, 1], as `pixelsUnit` */
  trace(scope: Scope, pixelsUnit: Tensor, target: AnnotationTensors): Tensor;
}

/** Where the patches of an image can lie. Places are numbered row by row. */
export interface PatchPlaces {
  /** Number of patches K of an image. */
  readonly patches: number;
  /** Height and width of a patch. */
  readonly side: readonly [height: number, width: number];
  /** The row of a patch's upper edge, for each row of places. */
  readonly tops: readonly number[];
  /** The column of its left edge, for each column of places. */
  readonly lefts: readonly number[];
  /** Whether each place takes exactly one patch, as in a puzzle. */
  readonly puzzle: boolean;
}

/** Images from patches of them, whose order says nothing. P is the number of places. */
export interface AssembleCapability {
  readonly places: PatchPlaces;
  /** The patches of images [B, C, H, W] in [0, 1], which the model chooses, and where they were. */
  cut(pixelsUnit: Tensor): {
    /** [B, K, C, h, w] in [0, 1] */
    readonly patches: Tensor;
    /** int32 [B, K] */
    readonly places: Tensor;
  };
  /** Where patches [B, K, C, h, w] belong. */
  locate(
    scope: Scope,
    patches: Tensor,
  ): {
    /** [B, 1, H, W] in [0, 1], 1 where a patch is */
    readonly mask: Tensor;
    /** [B, K, P] log p(place | patches) in nats */
    readonly logProbs: Tensor;
  };
  /**
   * Draws the whole.
   *
   * @param places       int32 [B, K]
   * @param temperature  float scalar ≥ 0 that scales the spread of the noise
   * @returns            [B, C, H, W] in [0, 1]
   */
  draw(scope: Scope, patches: Tensor, places: Tensor, temperature: Tensor): Tensor;
}

/** The tokens of an image. */
interface TokenGrid {
  /** Number of codes K that a token can be, at most 2²⁴. */
  readonly codes: number;
  /** Rows and columns; tokens run row by row. */
  readonly grid: readonly [number, number];
}

export interface TokeniseCapability extends TokenGrid {
  /** [B, C, H, W] in [0, 1] → integers in [0, K): [B, rows · columns] */
  trace(scope: Scope, pixelsUnit: Tensor): Tensor;
}

/**
 * Embeddings of images and captions in one space, whose cosines say how well they fit. Those of images are
 * what such a model's `encode` gives.
 */
export interface MatchCapability {
  /** T, the most words of a caption. */
  readonly captionLength: number;
  /** E */
  readonly embeddingLength: number;
  /** [B, C, H, W] in [0, 1] → [B, E] of length 1 */
  images(scope: Scope, pixelsUnit: Tensor): Tensor;
  /** int32 [B, T] → [B, E] of length 1 */
  captions(scope: Scope, words: Tensor): Tensor;
  /** [1] > 0, the factor that turns cosines into the logits of captions given an image. */
  scale(scope: Scope): Tensor;
}

export interface DetokeniseOptions extends RenderOptions {
  /** Of the draw of pixels; 1 by default. */
  readonly temperature?: Tensor;
}

export interface DetokeniseCapability extends TokenGrid {
  /** int32 [B, rows · columns] → [B, C, H, W] in [0, 1] */
  trace(scope: Scope, tokens: Tensor, options: DetokeniseOptions): Tensor;
}
