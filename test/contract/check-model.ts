import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert";
import { classCount } from "../../src/core/annotations.js";
import {
  type CapabilityName,
  ConfigError,
  capabilityGraphs,
  classify,
  complete,
  type DataTraits,
  decode,
  decodeSafetensors,
  describeConfig,
  encode,
  encodeSafetensors,
  exportModel,
  type LoadedModel,
  learnsByGradients,
  loadModel,
  type ModelDefinition,
  type Parts,
  parseConfig,
  reconstruct,
  type StoredTensor,
  sample,
  score,
} from "../../src/core/index.js";
import { densityFor } from "../../src/core/model.js";
import { batchInputs, initialValues, STOPPED, stepsOf, variablesOf } from "../../src/core/state.js";
import {
  type DataSpec,
  dataSpecOf,
  dataTraits,
  type ImageSet,
  maskNamed,
  readImages,
  subset,
} from "../../src/data/index.js";

import { trace } from "../../src/nn/index.js";
import type { Device, StateValues } from "../../src/runtime/index.js";
import { type NoiseDistribution, reachable, type Tensor } from "../../src/tensor/index.js";
import {
  openSession,
  type Position,
  planTraining,
  type Recorder,
  START,
  trainingOptions,
} from "../../src/training/index.js";
import { runOnnx } from "./run-onnx.js";

/** What a model of the registry is checked with. */
export interface ModelUnderTest {
  readonly definition: ModelDefinition;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly images: ImageSet;
  readonly device: Device;
  /** Other models that it is made with, and their weights by the names that they have in it. */
  readonly parts?: Parts;
  readonly weights?: StateValues;
}

/** A promise of the contract that a model breaks. */
export interface Violation {
  readonly check: string;
  readonly problem: string;
}

const BATCH = 8;
/** Steps of a training by gradients, passes of a fit. */
const BUDGET = 4;
const IMAGES = 100;

/** Runs every check of the contract; an empty list means that the model keeps it. */
export async function checkModel(subject: ModelUnderTest): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [check, run] of Object.entries(checks)) {
    try {
      await run(subject);
    } catch (error) {
      violations.push({ check, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return violations;
}

const checks: Readonly<Record<string, (subject: ModelUnderTest) => void | Promise<void>>> = {
  "configuration: every key has a default and a description; unknown keys are refused": ({
    definition,
  }) => {
    definition.config.parse({});
    for (const { key, description } of describeConfig(definition.config)) {
      ok(description.length > 0, `${key} has no description`);
    }
    throws(() => parseConfig(definition.config, { noSuchKey: 1 }, definition.id), ConfigError);
  },

  "objective: losses and metrics are one number an image": (subject) => {
    const { definition, traits, config, parts } = resolve(subject);
    const model = definition.build(config, traits, parts);
    const variables = variablesOf(model, traits);
    for (const step of stepsOf(model)) {
      const { result } = trace(variables, true, (scope) =>
        step.objective(scope, batchInputs(traits), STOPPED),
      );
      for (const [name, tensor] of [
        ["loss", result.loss] as const,
        ...Object.entries(result.metrics),
      ]) {
        deepStrictEqual(
          tensor.shape,
          ["B"],
          `${step.name}: ${name} has the shape [${tensor.shape}]`,
        );
      }
    }
  },

  "determinism: the same seed gives the same weights, and gradients from another seed others":
    async (subject) => {
      const [first, again, other] = [
        await trained(subject, { seed: 1 }),
        await trained(subject, { seed: 1 }),
        await trained(subject, { seed: 2 }),
      ];
      deepStrictEqual(again.values, first.values, "two runs of one seed differ");
      // A fit in closed form finds the same values from everywhere.
      if (!learnsByGradients(subject.definition)) return;
      notDeepStrictEqual(other.values, first.values, "two seeds give the same weights");
    },

  "resume: interrupted training ends bit for bit as if it had not been": async (subject) => {
    const whole = await trained(subject, { seed: 1 });
    const half = await trained(
      subject,
      learnsByGradients(subject.definition)
        ? { seed: 1, stopAfter: BUDGET / 2 }
        : { seed: 1, budget: BUDGET / 2 },
    );
    const rest = await trained(subject, { seed: 1, from: half });
    deepStrictEqual(rest, whole);
  },

  "learning: every parameter of a trained scope is moved": async (subject) => {
    const before = await untrained(subject, 1);
    const { values } = await trained(subject, { seed: 1 });
    const { definition, config, traits, parts } = resolve(subject);
    const model = definition.build(config, traits, parts);
    const trains = new Set(stepsOf(model).flatMap((step) => step.trains));
    for (const [name, value] of before) {
      const [kind, scope] = name.split(".");
      if (kind !== "parameters" || (model.fit === undefined && !trains.has(scope))) continue;
      notDeepStrictEqual(values.get(name), value, `${name} is as it was before training`);
    }
  },

  "save and load: weights survive a safetensors file": async (subject) => {
    await withModel(subject, async (model) => {
      const values = await model.state.read();
      const tensors = new Map<string, StoredTensor>();
      for (const [name, data] of values) {
        tensors.set(name, {
          dtype: data instanceof Float64Array ? "F64" : "F32",
          shape: [data.length],
          data,
        });
      }
      const stored = decodeSafetensors(encodeSafetensors({ tensors, metadata: {} }), "memory");
      const loaded = new Map([...stored.tensors].map(([name, { data }]) => [name, data]));
      deepStrictEqual(loaded, values);
    });
  },

  "batches: a result does not depend on how items are batched": async (subject) => {
    await withModel(subject, async (model) => {
      for (const [name, run] of Object.entries(runs(model, subject.images))) {
        const [together, apart] = [await run(7), await run(2)];
        requireClose(apart, together, 1e-5, name);
      }
    });
  },

  "images: of the data's shape and in [0, 1]": async (subject) => {
    await withModel(subject, async (model) => {
      const { sample: draw, reconstruct: rebuild, complete: fill } = runs(model, subject.images);
      for (const run of [draw, rebuild, fill]) {
        if (run === undefined) continue;
        const pixels = await run(7);
        const { channels, height, width } = model.data;
        strictEqual(pixels.length, 7 * channels * height * width);
        ok(
          pixels.every((value) => value >= 0 && value <= 1),
          "a pixel is outside [0, 1]",
        );
      }
    });
  },

  "completion: what is given stays exactly as it is, and the seed decides the rest": async (
    subject,
  ) => {
    await withModel(subject, async (model) => {
      if (model.model.capabilities.complete === undefined) return;
      const known = upperHalf(model);
      const source = firstOf(subject.images, 3);
      const originals = await readImages(source);
      const [first, again, other] = [
        await complete(model, source, { known, seed: 1 }),
        await complete(model, source, { known, seed: 1 }),
        await complete(model, source, { known, seed: 2 }),
      ];
      for (const [at, pixel] of first.pixelsUnit.entries()) {
        if (known[at % known.length] === 0) continue;
        strictEqual(pixel, originals.pixelsUnit[at], `the given pixel ${at} was changed`);
      }
      deepStrictEqual(again, first, "two completions of one seed differ");
      notDeepStrictEqual(other, first, "two seeds give the same completion");
    });
  },

  "scores: of the declared kind, finite, in nats with bits/dim, with a protocol": async (
    subject,
  ) => {
    const { definition } = subject;
    await withModel(subject, async (model) => {
      const capability = model.model.capabilities.score;
      strictEqual(
        capability?.kind(capability.defaultSamples ?? 1) ?? "none",
        densityFor(definition, model.data),
        "the declared density",
      );
      if (capability === undefined) return;
      const result = await score(model, firstOf(subject.images, 7));
      strictEqual(result.kind, densityFor(definition, model.data));
      ok(result.perImage.every(Number.isFinite), "a score is not finite");
      const { channels, height, width } = model.data;
      const bits = result.value / Math.LN2 / (channels * height * width);
      ok(Math.abs(bits - result.bitsPerDim) < 1e-9, "bits/dim are not nats / (ln 2 · pixels)");
      ok(String(result.protocol.estimator).length > 0, "the protocol does not name the estimator");
    });
  },

  "classes: probabilities of each image that add up to 1": async (subject) => {
    await withModel(subject, async (model) => {
      if (model.model.capabilities.classify === undefined) return;
      const { probs, names } = await classify(model, firstOf(subject.images, 7));
      for (let image = 0; image < 7; image++) {
        const row = probs.subarray(image * names.length, (image + 1) * names.length);
        ok(
          row.every((value) => value >= 0),
          "a probability is negative or no number",
        );
        const total = row.reduce((sum, value) => sum + value, 0);
        ok(Math.abs(total - 1) < 1e-5, `the probabilities of an image add up to ${total}`);
      }
    });
  },

  "export: the ONNX files agree with the library at other batch sizes": async (subject) => {
    await withModel(subject, async (model) => {
      const files = await exportModel(model, { name: "checked", facts: {}, scores: [] });
      const graphs = capabilityGraphs(model.model.capabilities, batchInputs(model.data));
      const written = [...files.keys()].filter((file) => file.endsWith(".onnx"));
      deepStrictEqual(written.sort(), graphs.map(({ name }) => `${name}.onnx`).sort());
      for (const { name: graph, capability } of graphs) {
        const file = `${graph}.onnx`;
        const bytes = files.get(file) as Uint8Array;
        for (const count of [1, 3]) {
          const expected = await runs(model, subject.images, count)[capability]?.(count);
          ok(expected !== undefined, `${file} has no counterpart`);
          const { classes, feeds, ...rest } = await onnxFeeds(model, subject.images, count);
          const shown = graph === "sampler" ? classes.sampler : classes.scorer;
          const found = await runOnnx(bytes, { ...rest, feeds: { ...feeds, class: shown } });
          requireClose(found, expected, 1e-5, `${file} with a batch of ${count}`);
        }
      }
    });
  },
};

type Run = (batchSize: number) => Promise<Float32Array | Float64Array>;

/** Every capability of a model over a few items, with a batch size. */
function runs(
  model: LoadedModel,
  images: ImageSet,
  count = 7,
): Partial<Record<CapabilityName, Run>> {
  const source = firstOf(images, count);
  const able = model.model.capabilities;
  return {
    ...(able.sample && {
      sample: async (batchSize) => (await sample(model, { count, batchSize })).pixelsUnit,
    }),
    ...(able.score && {
      score: async (batchSize) => (await score(model, source, { batchSize })).perImage,
    }),
    ...(able.classify && {
      classify: async (batchSize) => (await classify(model, source, { batchSize })).probs,
    }),
    ...(able.encode && {
      encode: async (batchSize) => (await encode(model, source, { batchSize })).values,
    }),
    ...(able.decode && {
      decode: async (batchSize) => {
        const length = able.decode?.codeLength ?? 0;
        const values = codesFor(count, length);
        return (await decode(model, { count, length, values }, { batchSize })).pixelsUnit;
      },
    }),
    ...(able.reconstruct && {
      reconstruct: async (batchSize) =>
        (await reconstruct(model, source, { batchSize })).pixelsUnit,
    }),
    ...(able.complete && {
      complete: async (batchSize) =>
        (await complete(model, source, { known: upperHalf(model), batchSize })).pixelsUnit,
    }),
  };
}

/** How each noise input of a model's sampler and scorer is distributed. */
function noiseOf({ model, variables, data }: LoadedModel): Map<string, NoiseDistribution> {
  const outputs = capabilityGraphs(model.capabilities, batchInputs(data)).flatMap(({ build }) =>
    Object.values(trace(variables, false, build).result),
  );
  const distributions = new Map<string, NoiseDistribution>();
  for (const node of reachable(outputs)) {
    if (node.op !== "input") continue;
    const { name, source } = (node as Tensor<"input">).attributes;
    if (source.kind === "noise") distributions.set(name, source.distribution);
  }
  return distributions;
}

/** The mask under which every model that can complete must be able to. */
const upperHalf = ({ data }: LoadedModel): Uint8Array => maskNamed("bottom", data);

function codesFor(count: number, length: number): Float32Array {
  return Float32Array.from({ length: count * length }, (_, index) => Math.sin(index));
}

async function onnxFeeds(model: LoadedModel, images: ImageSet, count: number) {
  const pixelsUnit = new Float32Array(
    count * model.data.channels * model.data.height * model.data.width,
  );
  await firstOf(images, count).read(
    Array.from({ length: count }, (_, index) => index),
    pixelsUnit,
  );
  const codes = codesFor(count, model.model.capabilities.decode?.codeLength ?? 0);
  const number = Math.max(1, classCount(model.data.annotations));
  // A model is sampled class after class, and scored with the classes that the images have.
  const classes = {
    sampler: Int32Array.from({ length: count }, (_, index) => index % number),
    scorer: images.annotations?.class?.values.slice(0, count) ?? new Int32Array(count),
  };
  return { count, seed: 0, feeds: { pixelsUnit, codes }, classes, noise: noiseOf(model) };
}

const firstOf = (images: ImageSet, count: number): ImageSet =>
  subset(
    images,
    Array.from({ length: count }, (_, index) => index),
  );

function resolve({ definition, config = {}, images: all, parts = {} }: ModelUnderTest): {
  definition: ModelDefinition;
  config: Readonly<Record<string, unknown>>;
  data: DataSpec;
  traits: DataTraits;
  images: ImageSet;
  parts: Parts;
} {
  const data = dataSpecOf(all);
  const images = firstOf(all, Math.min(IMAGES, all.count));
  const parsed = parseConfig(definition.config, config, definition.id);
  return { definition, config: parsed, data, traits: dataTraits(data), images, parts };
}

interface Training {
  readonly seed: number;
  /** Steps, or passes where a model is fitted by them. */
  readonly budget?: number;
  /** Interrupts a training by gradients after this many steps. */
  readonly stopAfter?: number;
  readonly from?: Snapshot;
}

/** All state after some training: parameters, buffers, moments, averages, and where the loop stands. */
interface Snapshot {
  readonly values: StateValues;
  readonly position: Position;
}

/** Trains as the library does, for a few steps or passes. */
async function trained(
  subject: ModelUnderTest,
  { seed, budget = BUDGET, stopAfter, from }: Training,
): Promise<Snapshot> {
  const { definition, config, data, images, parts } = resolve(subject);
  const gradients = { steps: budget, learningRate: 0.01, optimizer: "adam", clipNorm: 1, ema: 0.9 };
  const passes = { epochs: budget };
  const options = trainingOptions(
    { batchSize: BATCH, ...(learnsByGradients(definition) ? gradients : passes) },
    definition.training,
    definition.id,
  );
  const { weights } = subject;
  const plan = planTraining({ definition, config, data, options, images, parts, weights });
  const session = await openSession(
    { plan, device: subject.device, seed },
    from && (() => from.values),
  );
  let position = START;
  const stop = new AbortController();
  const recorder: Recorder = {
    metrics: async () => undefined,
    samples: async () => undefined,
    keep: async (state) => {
      position = state.position;
    },
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
async function untrained(subject: ModelUnderTest, seed: number): Promise<StateValues> {
  const { definition, config, traits, images, parts } = resolve(subject);
  const model = definition.build(config, traits, parts);
  return model.fit === undefined
    ? new Map([
        ...initialValues(variablesOf(model, traits).list(), seed),
        ...(subject.weights ?? []),
      ])
    : model.fit.initialise(images, { seed, restart: 0 });
}

async function withModel(subject: ModelUnderTest, work: (model: LoadedModel) => Promise<void>) {
  const { definition, traits, config, parts } = resolve(subject);
  const { values } = await trained(subject, { seed: 1 });
  const own = new Map([...values].filter(([name]) => /^(parameters|buffers)\./.test(name)));
  const model = await loadModel(definition, config, traits, subject.device, own, parts);
  try {
    await work(model);
  } finally {
    await model.release();
  }
}

function requireClose(
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
