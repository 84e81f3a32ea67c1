import type { z } from "zod";
import type { Scope } from "../nn/scope.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationName } from "./annotations.js";
import type { Batch, DataTraits } from "./batch.js";
import type { Capabilities, CapabilityName, ScoreKind } from "./capability.js";
import type { ConfigSchema } from "./config-schema.js";
import type { Fit } from "./fit.js";
import type { OptimizerName, Phase, Step } from "./steps.js";

/** Families of DESIGN: how a model represents its distribution. */
export type Family =
  | "tabular"
  | "mixture"
  | "sequence"
  | "energy"
  | "autoregressive"
  | "autoencoder"
  | "variational"
  | "discriminative"
  | "adversarial"
  | "diffusion"
  | "multimodal";

/** Where a model comes from. */
export interface Source {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  /** An arXiv identifier or a DOI. */
  readonly reference: string;
}

/** The number by which training picks its best weights, for a model whose score does not say it. */
export interface Validation {
  /** Its name in the metrics, such as `crossEntropyNats`. */
  readonly metric: string;
  readonly better: "lower" | "higher";
  /** [B] of validation images, which the loop averages. */
  trace(scope: Scope, batch: Batch): Tensor;
}

/** Pictures of a model in training that does not sample: a row for each image of a batch. */
export interface Preview {
  /** [B, K, C, H, W] in [0, 1]: K pictures a row, such as the image and its reconstruction. */
  trace(scope: Scope, batch: Batch): Tensor;
}

/** A model for one configuration and one kind of data: symbolic programs, and nothing that runs. */
export interface Model {
  /** Updates by gradients; none where the model is fitted by passes or has phases. */
  readonly steps: readonly Step[];
  /** Parts of the training with steps of their own, one after the other, in place of `steps`. */
  readonly phases?: readonly Phase[];
  /** How the model is fitted by whole passes over the images, in place of gradients. */
  readonly fit?: Fit;
  readonly capabilities: Capabilities;
  /** Annotations that the model reads: it learns p(image | these), and samples what they ask for. */
  readonly conditionedOn?: readonly AnnotationName[];
  /** Picks the best weights in place of the score. */
  readonly validate?: Validation;
  readonly preview?: Preview;
  /**
   * Traces what only driven capabilities use, such as a part's decoder in a driven sampler, so that its
   * weights belong to the model. Whatever is one program is traced without this.
   */
  uses?(scope: Scope, batch: Batch): void;
  /** The model's factorisation, its independence assumptions and its number of free parameters. */
  explain?(): string;
}

/** How a model that learns by gradients is trained unless the user says otherwise. */
export interface GradientDefaults {
  readonly by: "gradients";
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly batchSize: number;
  /** Passes over the images; 20 where absent. */
  readonly epochs?: number;
  readonly betas?: readonly [number, number];
  readonly momentum?: number;
  readonly weightDecay?: number;
  readonly schedule?: string;
  readonly clipNorm?: number;
  /** Decay of averaged weights; none are kept where absent. */
  readonly ema?: number;
}

/** How a model that is fitted by passes is trained unless the user says otherwise. */
export interface PassDefaults {
  readonly by: "passes";
  /** Images that a program sees at a time; the result does not depend on it. */
  readonly batchSize: number;
  /** Passes over the images at most; 20 where absent. */
  readonly epochs?: number;
}

export type TrainingDefaults = GradientDefaults | PassDefaults;

/** What a model asks of another run that it is made with. */
export interface PartNeeds {
  readonly description: string;
  /** What the part must be able to do. */
  readonly capabilities: readonly CapabilityName[];
  /** True where the model can do without. */
  readonly optional?: boolean;
  /** A model that meets the needs with its defaults, for listings; required parts have one. */
  readonly example?: ModelDefinition;
}

/**
 * A trained model inside another. Its variables live in the host's top-level scope of the part's name:
 * the host traces `part.model.capabilities.encode(scope.child(name), …)`. They begin with the weights of
 * the part's run; a step that trains the scope fine-tunes them, otherwise they stay.
 */
export interface Part {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataTraits;
  readonly model: Model;
  readonly parts: Parts;
  readonly origin: PartOrigin;
}

/** Parts by the name that the host gives them. */
export type Parts = Readonly<Record<string, Part>>;

/** Where the weights of a part come from. */
export interface PartOrigin {
  /** The run's directory or `zoo:NAME`; null for a model in memory. */
  readonly run: string | null;
  /** Training steps behind the weights; null for a model in memory. */
  readonly step: number | null;
  /** SHA-256 of the weights, in hexadecimal. */
  readonly sha256: string;
}

/** The pure description of a model. It runs no loop, opens no file and knows no backend. */
export interface ModelDefinition<S extends ConfigSchema = ConfigSchema> {
  /** The name on the command line. */
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly source: Source;
  /** What `score` returns by default; `none` where the model has no density. */
  readonly density: ScoreKind | "none";
  /** The same for pixels of more than two levels, where it differs. */
  readonly greyDensity?: ScoreKind;
  readonly config: S;
  readonly training: TrainingDefaults;
  /** Data that the defaults can be built for, where binary unlabelled images of 3×3 will not do. */
  readonly example?: DataTraits;
  /** Other runs that the model is made with, by name. */
  readonly parts?: Readonly<Record<string, PartNeeds>>;
  /** @throws ConfigError when the configuration, the data and the parts do not go together */
  build(config: z.output<S>, data: DataTraits, parts?: Parts): Model;
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

/** What `score` returns by default, for people: `exact`, or `exact (grey levels: bound)`. */
export const describeDensity = ({ density, greyDensity }: ModelDefinition): string =>
  greyDensity === undefined ? density : `${density} (grey levels: ${greyDensity})`;

const EXAMPLE: DataTraits = {
  channels: 1,
  height: 3,
  width: 3,
  binary: true,
  levels: 2,
  annotations: {},
};

/** A model built with its defaults on tiny images, for listings; never trained. */
export const exampleOf = (definition: ModelDefinition): Model =>
  builtFor(definition, definition.example ?? EXAMPLE).model;

/** A model with its defaults, made with the examples of the parts that it needs. */
function builtFor(definition: ModelDefinition, data: DataTraits): Part {
  const config = definition.config.parse({}) as Readonly<Record<string, unknown>>;
  const parts: Record<string, Part> = {};
  for (const [name, { example, optional = false }] of Object.entries(definition.parts ?? {})) {
    if (example !== undefined && !optional) parts[name] = builtFor(example, data);
  }
  const model = definition.build(config, data, parts);
  return { definition, config, data, model, parts, origin: { run: null, step: null, sha256: "" } };
}

/** True when a model learns by gradients, false when it is fitted by passes. */
export const learnsByGradients = ({ training }: ModelDefinition): boolean =>
  training.by === "gradients";
