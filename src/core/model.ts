import type { z } from "zod";
import type { Scope } from "../nn/scope.js";
import type { Dim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationName, AnnotationTensors } from "./annotations.js";
import type { Batch, DataTraits } from "./batch.js";
import type { DrivenChain, DrivenComplete, DrivenSample, Host, HostBatch } from "./driven.js";
import type { Fit } from "./fit.js";

/** Families of DESIGN: how a model represents its distribution. */
export type Family =
  | "tabular"
  | "mixture"
  | "sequence"
  | "energy"
  | "autoregressive"
  | "autoencoder"
  | "variational"
  | "adversarial"
  | "diffusion"
  | "multimodal";

/** What a score is: the exact negative log-likelihood, an upper bound on it, or an estimate of it. */
export type ScoreKind = "exact" | "bound" | "estimate";

/** Where a model comes from. */
export interface Source {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  /** An arXiv identifier or a DOI. */
  readonly reference: string;
}

/** How far training is, for losses that change on the way. */
export interface Clock {
  /** Float scalar: steps that were done before this one. */
  readonly step: Tensor;
}

/** What a step minimises and reports, for each image; only the training loop averages. */
export interface Objective {
  /** [B] */
  readonly loss: Tensor;
  /** [B] each */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** One kind of update. The loop runs a model's steps in order, each `repeat` times a batch. */
export interface Step {
  readonly name: string;
  readonly repeat: number;
  /** Top-level scopes whose parameters this step moves. */
  readonly trains: readonly string[];
  objective(scope: Scope, batch: Batch, clock: Clock): Objective;
}

/** How an image is made from what a decoder says of each pixel. */
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
  /** The Markov chain that the model samples by, as it moves. */
  readonly chain?: DrivenChain;
  /**
   * What each unit looks for: [units, C, H, W] in [0, 1], where ½ is indifferent; units of larger
   * weights first.
   */
  readonly filters?: (host: Host) => Promise<Float32Array>;
  /** Codes of images: [B, C, H, W] in [0, 1] → [B, Z]. */
  readonly encode?: (scope: Scope, pixelsUnit: Tensor) => Tensor;
  readonly decode?: DecodeCapability;
  /** Images through the model's bottleneck and back: [B, C, H, W] in [0, 1] → the same. */
  readonly reconstruct?: (scope: Scope, pixelsUnit: Tensor, options: RenderOptions) => Tensor;
}

export type CapabilityName = keyof Capabilities;

export interface ScoreCapability {
  /** Largest number of samples an image that an estimate may draw; 1 where scores need none. */
  readonly maxSamples: number;
  /** Samples an image unless the user says otherwise; 1 where absent. */
  readonly defaultSamples?: number;
  /** What the score is when it is estimated with this many samples. */
  kind(samples: number): ScoreKind;
  /** How the number comes about, in words, for the protocol. */
  estimator(samples: number): string;
  /** [B] nats. It may read inputs of its own that {@link prepare} feeds. */
  trace(scope: Scope, batch: Batch, samples: number): Tensor;
  /** Work of the host that all images share, before the first is scored, such as estimating log Z. */
  prepare?(host: Host, options: ScorePreparation): Promise<PreparedScore>;
  /**
   * Scores of images with missing pixels, which are NaN: the missing ones are summed or integrated
   * out. Without it such images are refused.
   *
   * @returns  [B] nats
   */
  missing?(host: Host, batch: HostBatch): Promise<Float64Array>;
}

export interface ScorePreparation {
  readonly samples: number;
  readonly seed: number;
  /** True for the scores that training shows on the way, which should be cheap. */
  readonly preview: boolean;
}

export interface PreparedScore {
  /** Values of the inputs that `trace` reads besides the batch, by name. */
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** What the protocol says of the work. */
  readonly protocol: Readonly<Record<string, string | number>>;
}

export interface DecodeCapability {
  /** Length Z of a code. */
  readonly codeLength: number;
  /** [B, Z] → [B, C, H, W] in [0, 1] */
  trace(scope: Scope, codes: Tensor, options: RenderOptions): Tensor;
}

/** A model for one configuration and one kind of data: symbolic programs, and nothing that runs. */
export interface Model {
  /** Updates by gradients; none where the model is fitted by passes. */
  readonly steps: readonly Step[];
  /** How the model is fitted by whole passes over the images, in place of gradients. */
  readonly fit?: Fit;
  readonly capabilities: Capabilities;
  /** Annotations that the model reads: it learns p(image | these), and samples what they ask for. */
  readonly conditionedOn?: readonly AnnotationName[];
  /** The model's factorisation, its independence assumptions and its number of free parameters. */
  explain?(): string;
}

/** How a model is trained unless the user says otherwise. */
export interface TrainingDefaults {
  readonly optimizer: "sgd" | "adam" | "adamw" | "rmsprop";
  readonly learningRate: number;
  readonly batchSize: number;
  /** Passes over the images; 20 where absent. */
  readonly epochs?: number;
}

/** A strict schema whose keys each have a default and a one-line description. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape, z.core.$strict>;

/** The pure description of a model. It runs no loop, opens no file and knows no backend. */
export interface ModelDefinition<S extends ConfigSchema = ConfigSchema> {
  /** The name on the command line. */
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly source: Source;
  /** What `score` returns by default; `none` where the model has no density. */
  readonly density: ScoreKind | "none";
  /** The same for pixels of more than two levels, where that is another. */
  readonly greyDensity?: ScoreKind;
  readonly config: S;
  readonly training: TrainingDefaults;
  /** @throws ConfigError when the configuration and the data do not go together */
  build(config: z.output<S>, data: DataTraits): Model;
}

/** Types a definition by its own schema, and hands it on as any model. */
export function defineModel<S extends ConfigSchema>(
  definition: ModelDefinition<S>,
): ModelDefinition {
  return definition as unknown as ModelDefinition;
}

/** What `score` returns by default for data of a kind. */
export const densityFor = (
  { density, greyDensity }: ModelDefinition,
  { levels }: Pick<DataTraits, "levels">,
): ScoreKind | "none" => (levels !== null && levels > 2 ? (greyDensity ?? density) : density);

/** What `score` returns by default, in words: `exact`, or `exact (grey levels: bound)`. */
export const describeDensity = ({ density, greyDensity }: ModelDefinition): string =>
  greyDensity === undefined ? density : `${density} (grey levels: ${greyDensity})`;

/** A model with its default configuration, for small images: to be looked at, not to be trained. */
export function exampleOf(definition: ModelDefinition): Model {
  const traits: DataTraits = {
    ...{ channels: 1, height: 3, width: 3 },
    ...{ binary: true, levels: 2, annotations: {} },
  };
  return definition.build(definition.config.parse({}), traits);
}

/** True when a model learns by gradients, false when it is fitted by passes. */
export const learnsByGradients = (definition: ModelDefinition): boolean =>
  exampleOf(definition).fit === undefined;

/** What a model can do with its default configuration, in a fixed order. */
export function capabilitiesOf(definition: ModelDefinition): CapabilityName[] {
  const { capabilities } = exampleOf(definition);
  const order: CapabilityName[] = [
    ...(["sample", "score", "complete"] as const),
    ...(["encode", "decode", "reconstruct", "chain", "filters"] as const),
  ];
  return order.filter((name) => capabilities[name] !== undefined);
}
