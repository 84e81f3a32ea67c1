import type { z } from "zod";
import type { Scope } from "../nn/scope.js";
import type { StateValues } from "../runtime/program.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationName } from "./annotations.js";
import type { Batch, DataTraits } from "./batch.js";
import type { Capabilities, CapabilityName, ScoreKind } from "./capability.js";
import type { ConfigSchema } from "./config-schema.js";
import type { Fit } from "./fit.js";
import type { OptimizerName, Phase, Step } from "./steps.js";

/** How a model represents its distribution. */
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

/** The metric by which training picks the best weights, for a model whose score does not serve. */
export interface Validation {
  /** Its name in the metrics, such as `crossEntropyNats`. */
  readonly metric: string;
  readonly better: "lower" | "higher";
  /** [B] values of validation images, which the loop averages. */
  trace(scope: Scope, batch: Batch): Tensor;
}

/** Pictures of a model in training that does not sample: one row per image of a batch. */
export interface Preview {
  /** [B, K, C, H, W] in [0, 1]: K pictures per row, such as the image and its reconstruction. */
  trace(scope: Scope, batch: Batch): Tensor;
}

/**
 * A model that is fitted by passes to what another makes of its training images, such as a prior of its
 * codes, once the other is trained. Its variables belong to the other, under the names that they have here.
 */
export interface Afterwards {
  /** Traits of what it is fitted to. */
  readonly data: DataTraits;
  /** [B, C, H, W] of these traits, of a batch of training images */
  trace(scope: Scope, batch: Batch): Tensor;
  /** Fitted by passes. */
  readonly model: Model;
}

/**
 * Figures of all validation images together, where a mean over images does not do, such as the share of
 * units that no image switches on.
 */
export interface Census {
  /** [B, …] what is counted of a batch */
  trace(scope: Scope, batch: Batch): Tensor;
  /** Starts a count. */
  begin(): CensusCount;
}

export interface CensusCount {
  /** @param values  of `count` images, row-major */
  add(values: Float32Array, count: number): void;
  /** The figures by name. */
  result(): Readonly<Record<string, number>>;
}

/**
 * A model for one configuration and one kind of data, as symbolic programs that a runtime compiles.
 */
export interface Model {
  /** Updates by gradients; none where the model is fitted by passes or has phases. */
  readonly steps: readonly Step[];
  /** Consecutive phases of training, each with its own steps, in place of `steps`. */
  readonly phases?: readonly Phase[];
  /** Fits the model by whole passes over the images, in place of gradients. */
  readonly fit?: Fit;
  /** Fitted once the training by gradients is complete, to the best weights and to the last. */
  readonly afterwards?: Afterwards;
  readonly capabilities: Capabilities;
  /** Annotations that the model reads: it learns p(image | annotations) and samples from it. */
  readonly conditionedOn?: readonly AnnotationName[];
  /**
   * Whether training batches have equally many images of each class, in the order of the classes, as
   * those of a union have anyway.
   */
  readonly balanced?: boolean;
  /** β₁ and β₂ of Adam for this configuration, in place of the definition's, where the user gives none. */
  readonly betas?: readonly [number, number];
  /** Picks the best weights, in place of the score. */
  readonly validate?: Validation;
  /** Reported beside the validation. */
  readonly census?: Census;
  readonly preview?: Preview;
  /** What samples are drawn from, as reports say it, where they need a word of caution. */
  readonly sampling?: string;
  /**
   * Traces what only driven capabilities use, such as a part's decoder in a driven sampler, so that
   * the model includes those weights. Capabilities that are one program are traced anyway.
   */
  uses?(scope: Scope, batch: Batch): void;
  /**
   * Looks at a line of training metrics, for troubles that no exception shows.
   *
   * @param metrics  means since the last line, by the names in `metrics.jsonl`
   * @param step     steps done
   * @returns        what goes wrong and what to try, a sentence each; shown once
   */
  diagnose?(metrics: Readonly<Record<string, number>>, step: number): readonly string[];
  /**
   * Describes the factorisation, the independence assumptions and the number of free parameters.
   */
  explain?(): string;
  /**
   * Looks at weights before they are computed with, when their shapes are right but not all values are.
   *
   * @throws RunError for weights with which results would be wrong
   */
  checkWeights?(values: StateValues): void;
}

/** Training defaults of a model that learns by gradients. */
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
  /** Decay of averaged weights; absent where the model keeps none. */
  readonly ema?: number;
}

/** Training defaults of a model that is fitted by passes. */
export interface PassDefaults {
  readonly by: "passes";
  /** Images per batch; the result does not depend on it. */
  readonly batchSize: number;
  /** Largest number of passes over the images; 20 where absent. */
  readonly epochs?: number;
}

export type TrainingDefaults = GradientDefaults | PassDefaults;

/** What a model requires of a trained model that it contains. */
export interface PartNeeds {
  readonly description: string;
  /** Capabilities that the part must have. */
  readonly capabilities: readonly CapabilityName[];
  /** True where the model works without the part. */
  readonly optional?: boolean;
  /** A model that meets the needs with its defaults, for listings; required parts have one. */
  readonly example?: ModelDefinition;
}

/**
 * A trained model inside another. Its variables live in the host's top-level scope of the part's
 * name: the host traces `part.model.capabilities.encode(scope.child(name), …)`. They start from the
 * weights of the part's run. A step that trains the scope fine-tunes them; otherwise they stay
 * fixed.
 */
export interface Part {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataTraits;
  readonly model: Model;
  readonly parts: Parts;
  readonly origin: PartOrigin;
}

/** Parts by their names in the host. */
export type Parts = Readonly<Record<string, Part>>;

/** The origin of a part's weights. */
export interface PartOrigin {
  /** The run's directory or `zoo:NAME`; null for a model in memory. */
  readonly run: string | null;
  /** Training steps of the weights; null for a model in memory. */
  readonly step: number | null;
  /** SHA-256 of the weights, in hexadecimal. */
  readonly sha256: string;
}

/** The pure definition of a model. It runs no loop, opens no file and knows no backend. */
export interface ModelDefinition<S extends ConfigSchema = ConfigSchema> {
  /** The name on the command line. */
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly source: Source;
  /** What `score` returns by default; `none` where the model has no density. */
  readonly density: ScoreKind | "none";
  /** The same for pixels with more than two levels, where it differs. */
  readonly greyDensity?: ScoreKind;
  /** The same for a value of a setting that changes it. */
  readonly settingDensity?: {
    readonly key: string;
    readonly value: string;
    readonly density: ScoreKind;
  };
  readonly config: S;
  readonly training: TrainingDefaults;
  /**
   * Data for which the defaults build a model, where binary 3×3 images without annotations do not.
   */
  readonly example?: DataTraits;
  /** Trained models that this one contains, by name. */
  readonly parts?: Readonly<Record<string, PartNeeds>>;
  /** @throws ConfigError when the configuration, the data and the parts do not fit together */
  build(config: z.output<S>, data: DataTraits, parts?: Parts): Model;
}

/** Types a definition by its own schema and returns it as a general definition. */
export function defineModel<S extends ConfigSchema>(
  definition: ModelDefinition<S>,
): ModelDefinition {
  return definition as unknown as ModelDefinition;
}

/** The kind of score that `score` returns by default for this data and configuration. */
export function densityFor(
  { density, greyDensity, settingDensity }: ModelDefinition,
  { levels }: Pick<DataTraits, "levels">,
  config: Readonly<Record<string, unknown>> = {},
): ScoreKind | "none" {
  if (settingDensity && config[settingDensity.key] === settingDensity.value) {
    return settingDensity.density;
  }
  return levels !== null && levels > 2 ? (greyDensity ?? density) : density;
}

/** The same as text: `exact`, or `exact (grey levels: bound)`. */
export function describeDensity({ density, greyDensity, settingDensity }: ModelDefinition): string {
  const others = [
    ...(greyDensity === undefined ? [] : [`grey levels: ${greyDensity}`]),
    ...(settingDensity === undefined
      ? []
      : [`${settingDensity.key}=${settingDensity.value}: ${settingDensity.density}`]),
  ];
  return others.length === 0 ? density : `${density} (${others.join(", ")})`;
}

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
  const parts = exampleParts(definition, data);
  const model = definition.build(config, data, parts);
  return { definition, config, data, model, parts, origin: { run: null, step: null, sha256: "" } };
}

/** The examples of the parts that a model needs, with their defaults, for its data. */
export function exampleParts({ parts = {} }: ModelDefinition, data: DataTraits): Parts {
  const needed = Object.entries(parts).flatMap(([name, { example, optional = false }]) =>
    example === undefined || optional ? [] : [[name, builtFor(example, data)] as const],
  );
  return Object.fromEntries(needed);
}

/** True when a model learns by gradients, false when it is fitted by passes. */
export const learnsByGradients = ({ training }: ModelDefinition): boolean =>
  training.by === "gradients";
