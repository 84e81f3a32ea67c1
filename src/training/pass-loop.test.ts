import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Fit, FitStage } from "../core/fit.js";
import { defineModel, type ModelDefinition } from "../core/model.js";
import { dataSpecOf } from "../data/data-spec.js";
import { arraySet, type ImageSet } from "../data/image-set.js";
import { constantValue } from "../nn/initialisers.js";
import type { Scope } from "../nn/scope.js";
import { openDevice } from "../runtime/device.js";
import type { Device, StateValues } from "../runtime/program.js";
import { mul, square, sub } from "../tensor/ops/elementwise.js";
import { expandDims, reshape } from "../tensor/ops/rearrange.js";
import { sum } from "../tensor/ops/reduction.js";
import { trainingOptions } from "./options.js";
import { planTraining } from "./plan.js";
import { type LoopState, type Position, type Recorder, START } from "./recorder.js";
import { openSession } from "./session.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

/** Ten images of two pixels, in which the first comes three times as often as its weight says. */
const images: ImageSet = arraySet(
  { name: "pairs", source: "pairs", split: "train", channels: 1, height: 1, width: 2 },
  Float32Array.from([0, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]),
);
const meanOf = (pixel: number, weights = Array<number>(10).fill(1)) => {
  const pixels = new Float32Array(20);
  images.read(Array.from(weights.keys()), pixels);
  const total = weights.reduce((all, weight) => all + weight, 0);
  return weights.reduce((all, weight, i) => all + weight * pixels[2 * i + pixel], 0) / total;
};

const PATH = "parameters.mean.value";
const mean = (scope: Scope) => scope.child("mean").parameter("value", [2], constantValue(0));

/** Moves the mean of the pixels a share of the way to where the images have it: the loss falls by a fixed factor. */
function approach({ share = 1, ...rest }: Partial<FitStage> & { share?: number } = {}): FitStage {
  return {
    name: "approach",
    maxPasses: Number.POSITIVE_INFINITY,
    tolerance: 1e-4,
    statistics(scope, { pixelsUnit, weights }) {
      const flat = reshape(pixelsUnit, ["B", 2]);
      const each = mul(flat, expandDims(weights, 1));
      return {
        pixels: sum(each, 0),
        weight: sum(weights, 0),
        distance: sum(mul(sum(square(sub(flat, mean(scope))), 1), weights), 0),
      };
    },
    maximise(sums, current) {
      const [weight] = sums.get("weight") as Float64Array;
      const before = current.get(PATH) as Float32Array;
      const target = (sums.get("pixels") as Float64Array).map((value) => value / weight);
      const values = Float32Array.from(target, (to, i) => before[i] + share * (to - before[i]));
      const loss = (sums.get("distance") as Float64Array)[0] / weight;
      return { values: new Map([[PATH, values]]), metrics: { loss } };
    },
    ...rest,
  };
}

function definition(stages: readonly FitStage[], fit: Partial<Fit> = {}): ModelDefinition {
  return defineModel({
    id: "toy",
    family: "tabular",
    title: "A mean",
    source: { title: "none", authors: "none", year: 2000, reference: "none" },
    density: "none",
    config: z.strictObject({}),
    training: { by: "passes", batchSize: 4, epochs: 8 },
    build: () => ({
      steps: [],
      fit: {
        restarts: 1,
        async initialise(_, { restart }) {
          return new Map([[PATH, Float32Array.of(2 * restart, 0)]]);
        },
        stages,
        ...fit,
      },
      capabilities: {},
    }),
  });
}

interface Told {
  lines: (readonly [number, number, Readonly<Record<string, number>>])[];
  warnings: string[];
  last: LoopState | undefined;
  /** The weights that were kept as the best. */
  best: StateValues | undefined;
  complete: boolean;
  values: StateValues;
}

interface Fitting {
  readonly model: ModelDefinition;
  readonly set?: ImageSet;
  readonly epochs?: number;
  readonly from?: { position: Position; values: StateValues };
  /** Batches after which it is stopped. */
  readonly stopAfter?: number;
}

async function fitted({ model, set = images, epochs, from, stopAfter }: Fitting): Promise<Told> {
  const asked = epochs === undefined ? {} : { epochs };
  const options = trainingOptions(asked, model.training, model.id);
  const plan = planTraining({
    definition: model,
    config: {},
    data: dataSpecOf(set),
    options,
    images: set,
  });
  const session = await openSession({ plan, device, seed: 0 }, from && (() => from.values));
  const told: Told = {
    lines: [],
    warnings: [],
    last: undefined,
    best: undefined,
    complete: false,
    values: new Map(),
  };
  const recorder: Recorder = {
    metrics: async ({ step, epoch, metrics }) => void told.lines.push([step, epoch, metrics]),
    samples: async () => undefined,
    keep: async (state) => {
      told.last = state;
      told.best = state.takeBest() ?? told.best;
    },
  };
  const controller = new AbortController();
  try {
    told.complete = await session.run({
      from: from?.position ?? START,
      recorder,
      seconds: () => 0,
      signal: controller.signal,
      onWarning: (message) => told.warnings.push(message),
      onProgress: ({ step }) => step === stopAfter && controller.abort(),
    });
    told.values = await session.trainer.weights();
    return told;
  } finally {
    await session.release();
  }
}

const outcome = (told: Told) => told.last?.outcome;

describe("fitting by passes", () => {
  test("sums run over all images, the last batch being smaller", async () => {
    const told = await fitted({ model: definition([approach({ maxPasses: 1 })]) });
    expect(Array.from(told.values.get(PATH) as Float32Array)).toEqual([
      expect.closeTo(meanOf(0), 6),
      expect.closeTo(meanOf(1), 6),
    ]);
    expect(told.complete).toBe(true);
    expect(told.last?.position.step).toBe(3);
    expect(outcome(told)).toBe("approach: 1 pass");
  });

  test("images count as much as their weights say", async () => {
    const weights = [3, 1, 0, 1, 1, 2, 1, 0.5, 1, 1];
    const set = { ...images, weights: Float32Array.from(weights) };
    const told = await fitted({ model: definition([approach({ maxPasses: 1 })]), set });
    expect(Array.from(told.values.get(PATH) as Float32Array)).toEqual([
      expect.closeTo(meanOf(0, weights), 6),
      expect.closeTo(meanOf(1, weights), 6),
    ]);
  });

  test("a stage ends when the loss changes by less than its tolerance, and says so", async () => {
    const told = await fitted({ model: definition([approach({ share: 0.9 })]) });
    expect(told.complete).toBe(true);
    expect(outcome(told)).toMatch(/^approach converged in \d passes \(change below 0.0001\)$/);
    expect(told.last?.position.fit?.converged).toBe(true);
    expect(told.lines.length).toBeLessThan(8);
  });

  test("a stage that uses up its budget has not converged, and goes on when it gets more", async () => {
    const model = definition([approach({ share: 0.3, tolerance: 1e-9 })]);
    const short = await fitted({ model, epochs: 3 });
    expect(outcome(short)).toMatch(
      /^approach has not converged in 3 passes: the last one lowered the loss by /,
    );
    const { position } = short.last as LoopState;
    const on = await fitted({ model, epochs: 6, from: { position, values: short.values } });
    const whole = await fitted({ model, epochs: 6 });
    expect(on.values).toEqual(whole.values);
    expect([...short.lines, ...on.lines]).toEqual(whole.lines);
  });

  test("stopped within a pass, it keeps the pass before and resumes to the same end", async () => {
    const model = definition([approach({ share: 0.3, tolerance: 1e-9 })]);
    const part = await fitted({ model, stopAfter: 5 });
    expect(part.complete).toBe(false);
    expect(part.last?.position.step).toBe(3);
    const { position } = part.last as LoopState;
    const on = await fitted({ model, from: { position, values: part.values } });
    expect(on.values).toEqual((await fitted({ model })).values);
  });

  test("without validation images, the start with the lowest training loss is the best", async () => {
    // Starts begin at 4, 2, 0, 2 and 4; the images' mean is at 0.5.
    const starts = [4, 2, 0, 2, 4];
    const model = definition([approach({ share: 0.1, maxPasses: 2 })], {
      restarts: starts.length,
      initialise: async (_, { restart }) => new Map([[PATH, Float32Array.of(starts[restart], 0)]]),
    });
    const told = await fitted({ model });
    const alone = await fitted({
      model: definition([approach({ share: 0.1, maxPasses: 2 })], {
        initialise: async () => new Map([[PATH, Float32Array.of(0, 0)]]),
      }),
    });
    expect(told.best).toEqual(alone.values);
    expect(told.best).not.toEqual(told.values);
    const losses = told.lines.filter(([, , { restart }]) => restart === 2);
    const loss = losses.at(-1)?.[2].loss;
    expect(told.last?.position.best).toEqual({ metric: "train.loss", step: 18, value: loss });
    expect(alone.best).toBeUndefined();
  });

  test("a fit that is stopped after its best start keeps that one", async () => {
    const model = definition([approach({ share: 0.1, maxPasses: 1 })], { restarts: 3 });
    const part = await fitted({ model, stopAfter: 5 });
    expect(part.last?.position.best?.step).toBe(3);
    const { position } = part.last as LoopState;
    const on = await fitted({ model, from: { position, values: part.values } });
    expect(on.last?.position.best).toEqual(position.best);
    expect(on.best).toBeUndefined();
  });

  test("stages follow one another, and starts are tried in turn", async () => {
    const stages = [
      approach({ name: "one", maxPasses: 2 }),
      approach({ name: "two", maxPasses: 1 }),
    ];
    const told = await fitted({ model: definition(stages, { restarts: 2 }) });
    expect(told.lines.map(([, , { restart, stage }]) => [restart, stage])).toEqual([
      ...[
        [0, 0],
        [0, 0],
        [0, 1],
      ],
      ...[
        [1, 0],
        [1, 0],
        [1, 1],
      ],
    ]);
    // The first loss of a start tells where it began: at (2 · restart, 0).
    expect(told.lines[3][2].loss).not.toBeCloseTo(told.lines[0][2].loss, 3);
  });

  test("a loss that rises is reported and never called convergence", async () => {
    const told = await fitted({ model: definition([approach({ share: 2.5, tolerance: 1e-6 })]) });
    expect(told.warnings[0]).toMatch(/^pass 2 of approach raised the loss by /);
    expect(outcome(told)).toMatch(/has not converged in 8 passes: the last one raised the loss/);
  });

  test("a loss or a parameter that is not a number ends it with the state as it was", async () => {
    const broken = approach();
    const nan = (values: number[], loss: number): FitStage => ({
      ...broken,
      maximise: () => ({ values: new Map([[PATH, Float32Array.from(values)]]), metrics: { loss } }),
    });
    await expect(fitted({ model: definition([nan([0, 0], Number.NaN)]) })).rejects.toThrow(
      "the loss of a pass of approach is NaN",
    );
    await expect(fitted({ model: definition([nan([0, Number.NaN], 1)]) })).rejects.toThrow(
      'gave "parameters.mean.value" values that are not numbers',
    );
  });

  test("missing pixels go to the stage's own sums, or are refused", async () => {
    const set = {
      ...images,
      read(_: ArrayLike<number>, out: Float32Array) {
        out.fill(Number.NaN);
      },
    };
    await expect(fitted({ model: definition([approach()]), set })).rejects.toThrow(
      "image 0 has missing pixels (NaN); toy takes only images without missing pixels here",
    );
    const missing: FitStage["missing"] = ({ count }) =>
      new Map([
        ["pixels", Float64Array.of(0.25 * count, 0.5 * count)],
        ["weight", Float64Array.of(count)],
        ["distance", Float64Array.of(count)],
      ]);
    const told = await fitted({ model: definition([approach({ maxPasses: 1, missing })]), set });
    expect(Array.from(told.values.get(PATH) as Float32Array)).toEqual([0.25, 0.5]);
  });

  test("a budget of steps is refused", () => {
    const { training } = definition([approach()]);
    expect(() => trainingOptions({ steps: 5 }, training, "toy")).toThrow(
      "give epochs or minutes, not steps",
    );
  });
});
