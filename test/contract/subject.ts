import { ok, strictEqual } from "node:assert";
import {
  type DataTraits,
  type LoadedModel,
  learnsByGradients,
  loadModel,
  type Model,
  type ModelDefinition,
  type Parts,
  parseConfig,
} from "../../src/core/index.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import {
  type DataSpec,
  dataSpecOf,
  dataTraits,
  type ImageSet,
  subset,
} from "../../src/data/index.js";
import type { Device, StateValues } from "../../src/runtime/index.js";
import {
  openSession,
  type Position,
  planTraining,
  type Recorder,
  type Session,
  START,
  trainingOptions,
} from "../../src/training/index.js";

/** What a model is checked with. */
export interface ModelUnderTest {
  readonly definition: ModelDefinition;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly images: ImageSet;
  readonly device: Device;
  /** Other models that it is made with, and their weights by the names that they have in it. */
  readonly parts?: Parts;
  readonly weights?: StateValues;
  /** Steps of a training by gradients, passes of a fit; 4 by default. */
  readonly budget?: number;
  /** Steps after which training is interrupted and resumed; half of the budget by default. */
  readonly stops?: readonly number[];
}

/** A promise of the contract, by its name; the word before the colon is what tests of the suite name. */
export type Checks = Readonly<Record<string, (subject: ModelUnderTest) => void | Promise<void>>>;

/** Images of a training batch. */
export const BATCH = 8;
const BUDGET = 4;
const IMAGES = 100;
/** Decay of the averaged weights that every training by gradients keeps. */
export const EMA = 0.9;

export const budgetOf = ({ budget = BUDGET }: ModelUnderTest): number => budget;

export const firstOf = (images: ImageSet, count: number): ImageSet =>
  subset(
    images,
    Array.from({ length: count }, (_, index) => index),
  );

interface Resolved {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly traits: DataTraits;
  readonly images: ImageSet;
  readonly parts: Parts;
  readonly model: Model;
}

/** Builds the model under test. */
export function resolve({
  definition,
  config = {},
  images: all,
  parts = {},
}: ModelUnderTest): Resolved {
  const data = dataSpecOf(all);
  const traits = dataTraits(data);
  const images = firstOf(all, Math.min(IMAGES, all.count));
  const parsed = parseConfig(definition.config, config, definition.id);
  const model = definition.build(parsed, traits, parts);
  return { definition, config: parsed, data, traits, images, parts, model };
}

interface Training {
  readonly seed: number;
  /** Steps, or passes where a model is fitted by them; that of the subject by default. */
  readonly budget?: number;
  /** Interrupts a training by gradients after this many steps. */
  readonly stopAfter?: number;
  readonly from?: Snapshot;
}

/** All state after some training: parameters, buffers, moments, averages, and where the loop stands. */
export interface Snapshot {
  readonly values: StateValues;
  readonly position: Position;
}

/** Opens a session as the library does. The caller releases it. */
export function sessionOf(
  subject: ModelUnderTest,
  { seed, budget = budgetOf(subject), from }: Training,
): Promise<Session> {
  const { definition, config, data, images, parts } = resolve(subject);
  const gradients = {
    steps: budget,
    learningRate: 0.01,
    optimizer: "adam",
    clipNorm: 1,
    ema: EMA,
  };
  const passes = { epochs: budget };
  const options = trainingOptions(
    { batchSize: BATCH, ...(learnsByGradients(definition) ? gradients : passes) },
    definition.training,
    definition.id,
  );
  const { weights } = subject;
  const plan = planTraining({ definition, config, data, options, images, parts, weights });
  return openSession({ plan, device: subject.device, seed }, from && (() => from.values));
}

/** Trains as the library does, for a few steps or passes. */
export async function trained(subject: ModelUnderTest, training: Training): Promise<Snapshot> {
  const { stopAfter, from } = training;
  const session = await sessionOf(subject, training);
  let position = START;
  const stop = new AbortController();
  const recorder: Recorder = {
    metrics: async () => undefined,
    samples: async () => undefined,
    keep: async (state) => {
      position = state.position;
    },
    best: async () => undefined,
  };
  try {
    await session.run({
      from: from?.position ?? START,
      recorder,
      seconds: () => 0,
      signal: stop.signal,
      onProgress: ({ step }) => step === stopAfter && stop.abort(),
    });
    return { values: await session.trainer.state.read(), position };
  } finally {
    await session.release();
  }
}

/** The values that training begins with. */
export async function untrained(subject: ModelUnderTest, seed: number): Promise<StateValues> {
  const { traits, images, model } = resolve(subject);
  return model.fit === undefined
    ? new Map([
        ...initialValues(variablesOf(model, traits).list(), seed),
        ...(subject.weights ?? []),
      ])
    : model.fit.initialise(images, { seed, restart: 0 });
}

const usual = new WeakMap<ModelUnderTest, Promise<Snapshot>>();

/** The state after the usual training, which takes place once a subject. */
export function usualTraining(subject: ModelUnderTest): Promise<Snapshot> {
  const known = usual.get(subject) ?? trained(subject, { seed: 1 });
  usual.set(subject, known);
  return known;
}

/** Lends the model with weights of the usual training. */
export async function withModel(
  subject: ModelUnderTest,
  work: (model: LoadedModel) => void | Promise<void>,
): Promise<void> {
  const { definition, traits, config, parts } = resolve(subject);
  const { values } = await usualTraining(subject);
  const own = new Map([...values].filter(([name]) => /^(parameters|buffers)\./.test(name)));
  const model = await loadModel(definition, config, traits, subject.device, own, parts);
  try {
    await work(model);
  } finally {
    await model.release();
  }
}

/** Asks for values that agree up to a share of 1 or of their own size. */
export function requireClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  strictEqual(found.length, expected.length, `${what}: the number of values`);
  for (let index = 0; index < found.length; index++) {
    const distance = Math.abs(found[index] - expected[index]);
    const allowed = tolerance * Math.max(1, Math.abs(expected[index]));
    ok(distance <= allowed, `${what}: value ${index} is ${found[index]}, not ${expected[index]}`);
  }
}
