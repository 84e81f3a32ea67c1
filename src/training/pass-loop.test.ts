import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Fit, FitStage } from "../core/fit.js";
import { defineModel, type Model, type ModelDefinition } from "../core/model.js";
import { dataSpecOf } from "../data/data-spec.js";
import { arraySet, type ImageSet } from "../data/image-set.js";
import { constantValue } from "../nn/initialisers.js";
import type { Scope } from "../nn/scope.js";
import { openDevice } from "../runtime/device.js";
import type { Device, StateValues } from "../runtime/program.js";
import { abs, add, mul, square, sub } from "../tensor/ops/elementwise.js";
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

function definition(
  stages: readonly FitStage[],
  fit: Partial<Fit> = {},
  changes: Partial<Model> = {},
): ModelDefinition {
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
      ...changes,
    }),
  });
}

interface Told {
  lines: (readonly [number, number, Readonly<Record<string, number>>])[];
  warnings: string[];
  last: LoopState | undefined;
  complete: boolean;
  values: StateValues;
}

interface Fitting {
  readonly model: ModelDefinition;
  readonly set?: ImageSet;
  readonly epochs?: number;
  readonly asked?: Readonly<Record<string, unknown>>;
  readonly heldOut?: number;
  readonly from?: { position: Position; values: StateValues };
  /** Batches after which it is stopped. */
  readonly stopAfter?: number;
}

async function fitted(fitting: Fitting): Promise<Told> {
  const { model, set = images, epochs, asked, heldOut = 0, from, stopAfter } = fitting;
  const budget = epochs === undefined ? {} : { epochs };
  const options = trainingOptions({ ...budget, ...asked }, model.training, model.id);
  const validation = heldOut > 0 ? { validation: { fraction: heldOut, seed: 0 } } : {};
  const plan = planTraining({
    definition: model,
    config: {},
    data: dataSpecOf(set, validation),
    options,
    images: set,
  });
  const session = await openSession({ plan, device, seed: 0 }, from && (() => from.values));
  const told: Told = {
    lines: [],
    warnings: [],
    last: undefined,
    complete: false,
    values: new Map(),
  };
  const recorder: Recorder = {
    metrics: async ({ step, epoch, metrics }) => void told.lines.push([step, epoch, metrics]),
    samples: async () => undefined,
    best: async () => undefined,
    keep: async (state) => {
      told.last = state;
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

  describe("of several starts without validation images", () => {
    const stages = [approach({ share: 0.3, maxPasses: 2 })];
    // Start 0 begins at (0, 0), which is nearer to the mean (0.4, 0.6) than (2, 0) and (4, 0).
    const model = definition(stages, { restarts: 3 });

    test("the one whose parameters have the lowest training loss is kept", async () => {
      const { values } = await fitted({ model: definition(stages) });
      const told = await fitted({ model });
      expect(told.complete).toBe(true);
      expect(told.last?.takeBest()).toEqual(values);
      const [x, y] = values.get(PATH) as Float32Array;
      const pixels = new Float32Array(20);
      images.read([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], pixels);
      const distances = Array.from(
        { length: 10 },
        (_, i) => (pixels[2 * i] - x) ** 2 + (pixels[2 * i + 1] - y) ** 2,
      );
      const loss = distances.reduce((sum, distance) => sum + distance, 0) / 10;
      expect(told.last?.position.best).toEqual({ step: 6, value: expect.closeTo(loss, 6) });
    });

    test.each([4, 6, 7])("also when it is stopped after %i batches", async (stopAfter) => {
      const whole = await fitted({ model });
      const part = await fitted({ model, stopAfter });
      expect(part.complete).toBe(false);
      const { position } = part.last as LoopState;
      const on = await fitted({ model, from: { position, values: part.values } });
      expect(on.last?.position).toEqual(whole.last?.position);
      expect(on.values).toEqual(whole.values);
    });
  });

  test("a start ends after so many passes without a better validation, and the next begins", async () => {
    // On its way from (0, 0) to the mean, start 0 passes what the validation asks for.
    const stages = [approach({ share: 0.5, tolerance: 0 })];
    const validate: Model["validate"] = {
      metric: "distance",
      better: "lower",
      trace: (scope, { pixelsUnit }) => {
        const passed = abs(sub(mean(scope), 0.25));
        return add(mul(sum(pixelsUnit, [1, 2, 3]), 0), sum(passed, 0));
      },
    };
    const model = definition(stages, { restarts: 2 }, { validate });
    const asked = { epochs: 60, patience: 3 };
    const told = await fitted({ model, asked, heldOut: 0.2 });
    const passesOf = (start: number) =>
      told.lines.filter(([, , { restart }]) => restart === start).length;
    const at = told.last?.position.fit;
    expect(at).toMatchObject({ restart: 1, converged: false });
    expect(passesOf(1)).toBe((at?.best?.pass ?? 0) + 3);
    expect(passesOf(0)).toBeLessThan(10);
    expect(outcome(told)).toBe(
      `start 2 of 2: approach ended in ${passesOf(1)} passes: no better validation in 3 epochs`,
    );
    const part = await fitted({ model, asked, heldOut: 0.2, stopAfter: 7 });
    const { position } = part.last as LoopState;
    const on = await fitted({
      model,
      asked,
      heldOut: 0.2,
      from: { position, values: part.values },
    });
    expect(on.last?.position).toEqual(told.last?.position);
    expect(on.values).toEqual(told.values);
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
