import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostOf } from "../../src/core/capabilities/batches.js";
import { chain } from "../../src/core/capabilities/chain.js";
import { encode } from "../../src/core/capabilities/codes.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { filters } from "../../src/core/capabilities/filters.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { variablesOf } from "../../src/core/state.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, readImages } from "../../src/data/image-set.js";
import { annealedLogZ } from "../../src/models/energy/annealing.js";
import type { BoltzmannConfig } from "../../src/models/energy/boltzmann/config.js";
import { freeEnergy } from "../../src/models/energy/boltzmann/free-energy.js";
import { gibbsMachine } from "../../src/models/energy/boltzmann/gibbs.js";
import { boltzmann } from "../../src/models/energy/boltzmann/index.js";
import { machineOf } from "../../src/models/energy/boltzmann/machine.js";
import type { RbmConfig } from "../../src/models/energy/rbm/config.js";
import { gibbsMachine as gibbsOfRbm } from "../../src/models/energy/rbm/gibbs.js";
import { rbm } from "../../src/models/energy/rbm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device, StateValues } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { toNumbers } from "../../src/tensor/dtype.js";
import { input } from "../../src/tensor/tensor.js";
import { createGradientTrainer } from "../../src/training/gradient-trainer.js";
import {
  bitsOf,
  distributionOf,
  exponent,
  imagesOf,
  type Machine,
  machineFrom,
  oracleOf,
} from "./boltzmann-oracle.js";
import { drawPatterns, everyPattern, patternCrossEntropy, patternEntropy } from "./patterns.js";
import { trainSmall } from "./train-small.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

type Settings = Partial<BoltzmannConfig>;

const configOf = (settings: Settings) => boltzmann.config.parse(settings) as BoltzmannConfig;

/** All images of side × side binary pixels; pixel i of image n is bit i of n. */
function everyImage(side: number): ImageSet {
  const pixels = side * side;
  return arraySet(
    {
      name: "all",
      source: "all",
      split: "train",
      channels: 1,
      height: side,
      width: side,
      levels: 2,
    },
    Uint8Array.from({ length: 2 ** pixels }, (_, n) => n).reduce(
      (all, _, n) => {
        all.set(bitsOf(n, pixels), n * pixels);
        return all;
      },
      new Uint8Array(2 ** pixels * pixels),
    ),
  );
}

/** Random values of all variables, large enough that units depend on each other. */
function randomValues(settings: Settings, images: ImageSet, spread: number): StateValues {
  const traits = dataTraits(dataSpecOf(images));
  const model = boltzmann.build(boltzmann.config.parse(settings), traits);
  return new Map(
    variablesOf(model, traits)
      .list()
      .filter(({ kind }) => kind !== "memory")
      .map(({ path, kind, shape }) => {
        const numbers = new Float64Array(shape.reduce((product, dim) => product * dim, 1));
        stream(7, path).normal(numbers);
        const group = kind === "buffer" ? "buffers" : "parameters";
        return [`${group}.${path}`, Float32Array.from(numbers, (value) => spread * value)];
      }),
  );
}

async function drawn(settings: Settings, side: number, spread = 0.7): Promise<LoadedModel> {
  const images = everyImage(side);
  const traits = dataTraits(dataSpecOf(images));
  const values = randomValues(settings, images, spread);
  return loadModel(boltzmann, configOf(settings), traits, device, values);
}

const full = { visibleVisible: "full", hiddenHidden: "full" } as const;

describe("exact scores", () => {
  test.each<{ settings: Settings; of: string }>([
    { settings: { hidden: 0, visibleVisible: "full" }, of: "9 states of the visible units" },
    { settings: { hidden: 0, visibleVisible: "local" }, of: "9 states of the visible units" },
    { settings: { ...full, hidden: 4 }, of: "13 states of the units" },
    { settings: { ...full, hidden: 4, centred: false }, of: "13 states of the units" },
    { settings: { ...full, hidden: 4, hiddenHidden: "none" }, of: "9 states of the visible units" },
    {
      settings: { ...full, hidden: 5, visibleVisible: "none" },
      of: "5 states of the hidden units",
    },
    {
      settings: { hidden: 9, visibleHidden: "local", window: 1 },
      of: "18 states of the units",
    },
    {
      settings: { hidden: 9, hiddenRadius: 2, visibleRadius: 2, visibleVisible: "none" },
      of: "9 states of the hidden units",
    },
  ])("agree with the sum over all states and sum to 1: $settings", async ({ settings, of }) => {
    const model = await drawn(settings, 3);
    const { perImage, kind, protocol } = await score(model, everyImage(3));
    const { logZ, joint } = distributionOf(await oracleOf(model, 3));
    await model.release();
    expect(kind).toBe("exact");
    expect(protocol.estimator).toContain(`2^${of}`);
    expect(Math.abs(Number(protocol.logZ) - logZ)).toBeLessThan(3e-5);
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-5);
    imagesOf(joint, 9).forEach((probability, image) => {
      expect(Math.abs(perImage[image] + Math.log(probability))).toBeLessThan(5e-5);
    });
  });

  test("of grey images bound the mean over their binarisations", async () => {
    const grey = arraySet(
      { name: "grey", source: "grey", split: "train", channels: 1, height: 3, width: 3 },
      Float32Array.from({ length: 18 }, (_, index) => (index % 5) / 4),
    );
    const settings = { ...full, hidden: 4 };
    const values = randomValues(settings, grey, 0.7);
    const traits = dataTraits(dataSpecOf(grey));
    const model = await loadModel(boltzmann, configOf(settings), traits, device, values);
    const { perImage, kind } = await score(model, grey);
    const images = imagesOf(distributionOf(await oracleOf(model, 3)).joint, 9);
    await model.release();
    const { pixelsUnit } = await readImages(grey);
    expect(kind).toBe("bound");
    perImage.forEach((nats, image) => {
      const mean = images.reduce((sum, probability, n) => {
        const share = bitsOf(n, 9).reduce((product, on, pixel) => {
          const p = pixelsUnit[image * 9 + pixel];
          return product * (on === 1 ? p : 1 - p);
        }, 1);
        return sum - share * Math.log(probability);
      }, 0);
      expect(nats).toBeGreaterThan(mean);
      expect(nats).toBeLessThan(mean + 3);
    });
  });
});

describe("mean field", () => {
  /** F of all images by each way to sum hidden units out. */
  async function freeEnergies(model: LoadedModel, updates: number) {
    const config = model.config as BoltzmannConfig;
    const program = await hostOf(model).program(`free.${updates}`, (scope) => {
      const machine = machineOf(scope, config, model.data);
      const v = input("v", ["B", 9]);
      return {
        exact: freeEnergy(machine, v, { kind: "enumerated", updates }),
        bound: freeEnergy(machine, v, { kind: "mean-field", updates }),
      };
    });
    const { pixelsUnit } = await readImages(everyImage(3));
    const outputs = await program.run({
      state: hostOf(model).state,
      feeds: { v: pixelsUnit },
      dims: { B: 512 },
    });
    return { exact: toNumbers(outputs.exact), bound: toNumbers(outputs.bound) };
  }

  test.each([0.3, 0.7])(
    "bounds the free energy from above, the closer the weaker the couplings: %f",
    async (spread) => {
      const model = await drawn({ ...full, hidden: 7 }, 3, spread);
      const { exact, bound } = await freeEnergies(model, 20);
      await model.release();
      const gaps = Array.from(bound, (value, image) => value - exact[image]);
      expect(Math.min(...gaps)).toBeGreaterThan(-2e-5);
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      expect(mean).toBeGreaterThan(1e-4);
      expect(mean).toBeLessThan(spread === 0.3 ? 0.06 : 1);
    },
  );

  test("makes the score of many connected hidden units a bound", async () => {
    const model = await drawn({ hidden: 18, hiddenHidden: "full", visibleVisible: "none" }, 2, 0.3);
    const { perImage, kind, protocol } = await score(model, everyImage(2));
    await model.release();
    expect(kind).toBe("bound");
    expect(protocol.estimator).toContain("by 20 mean-field updates");
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(total).toBeLessThan(1);
    expect(total).toBeGreaterThan(0.7);
  });
});

describe("annealed importance sampling", () => {
  test.each<{ settings: Settings; spread: number }>([
    { settings: { ...full, hidden: 5 }, spread: 0.7 },
    { settings: { ...full, hidden: 5, centred: false }, spread: 0.7 },
    { settings: { ...full, hidden: 5, hiddenHidden: "none" }, spread: 1 },
    { settings: { hidden: 0, visibleVisible: "full" }, spread: 1 },
    { settings: { hidden: 9, visibleHidden: "local", window: 1 }, spread: 0.7 },
  ])("is within 3 standard errors of the exact log Z: $settings", async ({ settings, spread }) => {
    const model = await drawn(settings, 3, spread);
    const { logZ } = distributionOf(await oracleOf(model, 3));
    const machine = gibbsMachine(model.config as BoltzmannConfig, model.data);
    for (const seed of [0, 1, 2, 3]) {
      const found = await annealedLogZ(hostOf(model), machine, { seed, betas: 500, chains: 200 });
      expect(found.standardError).toBeLessThan(0.2);
      expect(Math.abs(found.logZ - logZ)).toBeLessThan(3 * found.standardError);
    }
    await model.release();
  });
});

describe("learning", () => {
  /** θ − θ' after one update with learning rate 1, by name: the gradient. */
  async function gradientOf(
    settings: Settings,
    values: StateValues,
    images: ImageSet,
    picks: readonly number[],
  ) {
    const data = dataTraits(dataSpecOf(images));
    const trainer = await createGradientTrainer(
      {
        model: boltzmann.build(configOf(settings), data),
        data,
        device,
        rule: { optimizer: "sgd", momentum: 0, clipNorm: 0, ema: 0 },
        batchSize: picks.length,
        seed: 11,
      },
      () => values,
    );
    const { pixelsUnit } = await readImages(images, picks);
    await trainer.step({ pixelsUnit }, 1, 1);
    const after = await trainer.state.read();
    await trainer.release();
    const names = [...values.keys()].filter((name) => name.startsWith("parameters."));
    const gradient = names.map((name) => {
      const [old, now] = [values, after].map((of) => toNumbers(of.get(name) ?? new Float32Array()));
      return [name, Array.from(old, (value, index) => value - now[index])] as const;
    });
    return { gradient: new Map(gradient), after };
  }

  /** Central differences of a function of the values, for every parameter. */
  function differencesOf(values: StateValues, f: (values: StateValues) => number) {
    const step = 1e-3;
    const names = [...values.keys()].filter((name) => name.startsWith("parameters."));
    return new Map(
      names.map((name) => {
        const old = Float64Array.from(toNumbers(values.get(name) ?? new Float32Array()));
        const at = (index: number, change: number) => {
          const moved = old.slice();
          moved[index] += change;
          return f(new Map([...values, [name, moved]]));
        };
        return [
          name,
          Array.from(old, (_, index) => (at(index, step) - at(index, -step)) / (2 * step)),
        ];
      }),
    );
  }

  const picks = [3, 7, 0, 15, 9, 7];

  test.each<Settings>([
    { ...full, hidden: 3 },
    { ...full, hidden: 3, centred: false },
    { hidden: 4, visibleHidden: "local", window: 1 },
    { ...full, hidden: 3, hiddenHidden: "none", weightDecay: 0.3 },
    { ...full, hidden: 0, learning: "exact" },
  ])("exact: the gradient is the derivative of −log p: %o", async (settings) => {
    const images = everyImage(2);
    const values = randomValues(settings, images, 0.7);
    const { gradient } = await gradientOf(settings, values, images, picks);
    const config = configOf(settings);
    const expected = differencesOf(values, (moved) => {
      const machine = machineFrom(moved, config, 2);
      const probabilities = imagesOf(distributionOf(machine).joint, 4);
      const squares = machine.coupling.flat().reduce((sum, w) => sum + (w * w) / 2, 0);
      const nats = picks.map((image) => -Math.log(probabilities[image]));
      const mean = nats.reduce((sum, value) => sum + value, 0) / picks.length;
      return mean + (config.weightDecay / 2) * squares;
    });
    expect(gradient.size).toBe(expected.size);
    for (const [name, derivatives] of expected) {
      derivatives.forEach((derivative, index) => {
        expect(gradient.get(name)?.[index]).toBeCloseTo(derivative, 4);
      });
    }
  });

  test("pseudo: the gradient is the derivative of −Σ log p(vᵢ | all others)", async () => {
    const settings = { hidden: 0, visibleVisible: "full", learning: "pseudo" } as const;
    const images = everyImage(2);
    const values = randomValues(settings, images, 0.7);
    const { gradient } = await gradientOf(settings, values, images, picks);
    const expected = differencesOf(values, (moved) => {
      const { joint } = distributionOf(machineFrom(moved, configOf(settings), 2));
      const pseudo = (n: number) =>
        [0, 1, 2, 3].reduce(
          (sum, i) => sum - Math.log(joint[n] / (joint[n] + joint[n ^ (1 << i)])),
          0,
        );
      return picks.reduce((sum, n) => sum + pseudo(n), 0) / picks.length;
    });
    for (const [name, derivatives] of expected) {
      derivatives.forEach((derivative, index) => {
        expect(gradient.get(name)?.[index]).toBeCloseTo(derivative, 4);
      });
    }
  });

  /** ⟨s⟩ and ⟨sᵢsⱼ⟩ over these distributions of hidden units, one for each image. */
  function momentsOf({ bias, coupling, pixels }: Machine, images: readonly number[]) {
    const units = bias.length;
    const [single, pair] = [bias.map(() => 0), coupling.map((row) => row.map(() => 0))];
    for (const image of images) {
      const states = Array.from({ length: 2 ** (units - pixels) }, (_, n) =>
        bitsOf(image + n * 2 ** pixels, units),
      );
      const weights = states.map((s) => Math.exp(exponent({ bias, coupling, pixels }, s)));
      const total = weights.reduce((sum, weight) => sum + weight, 0) * images.length;
      addMoments(
        single,
        pair,
        states,
        weights.map((weight) => weight / total),
      );
    }
    return { single, pair };
  }

  function addMoments(
    single: number[],
    pair: number[][],
    states: readonly (readonly number[])[],
    shares: readonly number[],
  ) {
    states.forEach((s, n) => {
      s.forEach((on, i) => {
        single[i] += on * shares[n];
        s.forEach((other, j) => {
          pair[i][j] += on * other * shares[n];
        });
      });
    });
  }

  test("sml: the gradient is ⟨sᵢsⱼ⟩ of the chains minus that of p(h|v)", async () => {
    const settings = {
      ...full,
      hidden: 3,
      learning: "sml",
      chains: 7,
      k: 2,
      centred: false,
    } as const;
    const images = everyImage(2);
    const values = new Map(randomValues(settings, images, 0.7));
    values.set(
      "memory.boltzmann.chains",
      Float32Array.from({ length: 49 }, (_, n) => (n % 3) & 1),
    );
    const { gradient, after } = await gradientOf(settings, values, images, picks);
    const positive = momentsOf(machineFrom(values, configOf(settings), 2), picks);
    const chains = Array.from(
      toNumbers(after.get("memory.boltzmann.chains") ?? new Float32Array()),
    );
    expect(new Set(chains)).toEqual(new Set([0, 1]));
    const states = Array.from({ length: 7 }, (_, n) => chains.slice(n * 7, n * 7 + 7));
    const negative = {
      single: new Array<number>(7).fill(0),
      pair: Array.from({ length: 7 }, () => new Array<number>(7).fill(0)),
    };
    addMoments(negative.single, negative.pair, states, new Array<number>(7).fill(1 / 7));
    const difference = (name: string, pairs: readonly (readonly [number, number])[]) =>
      pairs.forEach(([i, j], index) => {
        const expected = negative.pair[i][j] - positive.pair[i][j];
        expect(gradient.get(`parameters.boltzmann.${name}`)?.[index]).toBeCloseTo(expected, 5);
      });
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
    const upper = (from: number, to: number) =>
      upTo(to)
        .flatMap((j) => upTo(j).map((i) => [i, j] as const))
        .filter(([i]) => i >= from)
        .sort(([a, b], [c, d]) => a - c || b - d);
    difference("visibleLateral", upper(0, 4));
    difference("hiddenLateral", upper(4, 7));
    difference(
      "weight",
      upTo(4).flatMap((i) => [4, 5, 6].map((j) => [i, j] as const)),
    );
    difference(
      "visibleShift",
      upTo(4).map((i) => [i, i] as const),
    );
    difference(
      "hiddenBias",
      [4, 5, 6].map((i) => [i, i] as const),
    );
  });

  test.each<{ config: Settings; steps: number; margin: number }>([
    { config: { ...full, hidden: 6 }, steps: 600, margin: 0.2 },
    { config: { ...full, hidden: 8, learning: "sml" }, steps: 1500, margin: 0.35 },
    { config: { ...full, hidden: 18, chains: 256, betas: 300 }, steps: 800, margin: 0.35 },
    {
      config: { hidden: 12, hiddenHidden: "none", learning: "sml", centred: false },
      steps: 2000,
      margin: 0.35,
    },
    { config: { hidden: 0, visibleVisible: "full", learning: "pseudo" }, steps: 600, margin: 0.2 },
  ])(
    "patterns approach their entropy but do not fall below it: $config",
    async ({ config, steps, margin }) => {
      const images = await drawPatterns(4000);
      const model = await trainSmall({
        definition: boltzmann,
        device,
        images,
        config,
        steps,
        learningRate: config.learning === "sml" ? 0.01 : 0.02,
      });
      const { perImage, protocol } = await score(model, everyPattern, { samples: 300 });
      await model.release();
      const nats = patternCrossEntropy(perImage);
      expect(nats).toBeLessThan(patternEntropy + margin);
      const error = Number(protocol.logZStandardError ?? 0);
      expect(nats).toBeGreaterThan(patternEntropy - 3 * error - 1e-3);
    },
  );
});

describe("Gibbs sampling", () => {
  test.each<Settings>([
    { ...full, hidden: 3 },
    { hidden: 4, visibleHidden: "local", window: 1 },
    { hidden: 0, visibleVisible: "full" },
  ])("leaves the machine's own distribution as it is: %o", async (settings) => {
    const model = await drawn(settings, 2, 1);
    const { joint } = distributionOf(await oracleOf(model, 2));
    const machine = gibbsMachine(model.config as BoltzmannConfig, model.data);
    const { units } = machine;
    const count = 40_000;
    const picks = new Uint32Array(count);
    const logProbs = joint.map((probability) => Math.log(probability));
    const rows = Float64Array.from(
      { length: count * joint.length },
      (_, at) => logProbs[at % joint.length],
    );
    stream(3, "states").categorical(picks, rows, joint.length);
    const program = await hostOf(model).program("step", (scope) => {
      const walk = machine.walk(scope, input("state", ["B", units]), input("betas", [2]));
      return { state: walk.state };
    });
    const outputs = await program.run({
      state: hostOf(model).state,
      feeds: {
        state: Float32Array.from(Array.from(picks, (n) => bitsOf(n, units)).flat()),
        betas: Float32Array.of(1, 1),
      },
      dims: { B: count },
      noise: { seed: 5, step: 0, first: 0 },
    });
    await model.release();
    const found = joint.map(() => 0);
    let moved = 0;
    const after = toNumbers(outputs.state);
    for (let chain = 0; chain < count; chain++) {
      let n = 0;
      for (let unit = 0; unit < units; unit++) n += after[chain * units + unit] * 2 ** unit;
      found[n]++;
      if (n !== picks[chain]) moved++;
    }
    expect(moved / count).toBeGreaterThan(0.2);
    joint.forEach((probability, n) => {
      const error = Math.sqrt((probability * (1 - probability)) / count);
      expect(Math.abs(found[n] / count - probability)).toBeLessThan(4.5 * error + 2e-5);
    });
  });

  test("reaches p^(1/T) from the base", async () => {
    const model = await drawn({ ...full, hidden: 4, sampleSteps: 60 }, 3, 0.5);
    const machine = await oracleOf(model, 3);
    const count = 8000;
    for (const temperature of [1, 2]) {
      const { pixelsUnit } = await sample(model, { count, draw: true, temperature, seed: 4 });
      const images = imagesOf(distributionOf(machine, temperature).joint, 9);
      for (let pixel = 0; pixel < 9; pixel++) {
        const p = images.reduce((sum, share, n) => sum + share * ((n >> pixel) & 1), 0);
        let on = 0;
        for (let image = 0; image < count; image++) on += pixelsUnit[image * 9 + pixel];
        expect(Math.abs(on / count - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
      }
    }
    await model.release();
  });

  test("completes images from the conditional distribution and keeps given pixels", async () => {
    const model = await drawn({ ...full, hidden: 4, sampleSteps: 60 }, 3, 0.5);
    const images = imagesOf(distributionOf(await oracleOf(model, 3)).joint, 9);
    const count = 4000;
    const known = Uint8Array.from([0, 1, 1, 1, 0, 1, 0, 1, 1]);
    const observed = 0b100101100;
    const spec = { name: "one", source: "one", split: "train", channels: 1, height: 3, width: 3 };
    const source = arraySet(
      { ...spec, levels: 2 },
      Uint8Array.from({ length: count * 9 }, (_, index) => (observed >> (index % 9)) & 1),
    );
    const { pixelsUnit } = await complete(model, source, { known, draw: true, seed: 2 });
    await model.release();
    const found = new Float64Array(512);
    for (let image = 0; image < count; image++) {
      const v = pixelsUnit.subarray(image * 9, image * 9 + 9);
      found[v.reduce((n, on, pixel) => n + on * 2 ** pixel, 0)]++;
    }
    const free = [0, 4, 6].reduce((mask, pixel) => mask + 2 ** pixel, 0);
    const possible = Array.from(images, (p, n) => ((n | free) === (observed | free) ? p : 0));
    const total = possible.reduce((sum, p) => sum + p, 0);
    possible.forEach((weight, n) => {
      const p = weight / total;
      const error = Math.sqrt((p * (1 - p)) / count);
      expect(Math.abs(found[n] / count - p)).toBeLessThan(4 * error + 1e-4);
    });
  });

  test("chains keep every so many states and do not depend on the batches", async () => {
    const model = await drawn({ hidden: 4 }, 3);
    const start = await readImages(everyPattern, [0b101010101, 0b010101010]);
    const options = { seed: 5, draw: true, count: 2, start, frames: 3, every: 2 };
    const strips = (await chain(model, options)).pixelsUnit;
    const apart = (await chain(model, { ...options, batchSize: 1 })).pixelsUnit;
    await model.release();
    expect(strips.length).toBe(2 * 3 * 9);
    expect(new Set(strips)).toEqual(new Set([0, 1]));
    expect(apart).toEqual(strips);
  });
});

describe("without lateral weights it is a restricted Boltzmann machine", () => {
  const images = everyImage(3);
  const traits = dataTraits(dataSpecOf(images));

  /** Both machines with the same weights; the lateral ones of the general machine are 0. */
  async function both(settings: Settings) {
    const config = configOf({ sampleSteps: 9, ...settings });
    const { hidden, centred, sampleSteps } = config;
    const random = randomValues(settings, images, 0.8);
    const values = new Map(
      [...random].map(([name, array]) => [
        name,
        name.endsWith("Lateral") ? new Float32Array(array.length) : array,
      ]),
    );
    const restricted = rbm.config.parse({ hidden, centred, sampleSteps });
    const renamed = [...values].map(
      ([name, array]) => [name.replace(".boltzmann.", ".rbm."), array] as const,
    );
    const known = new Map(renamed.filter(([name]) => !name.endsWith("Lateral")));
    return {
      general: await loadModel(boltzmann, config, traits, device, values),
      restricted: await loadModel(rbm, restricted, traits, device, known),
    };
  }

  test.each<Settings>([
    { hidden: 4, visibleVisible: "none", hiddenHidden: "none" },
    { ...full, hidden: 4 },
    { hidden: 10, centred: false },
    { ...full, hidden: 25, hiddenHidden: "none" },
  ])("same scores, free energies and samples: %o", async (settings) => {
    const { general, restricted } = await both(settings);
    const found = await score(general, images);
    const expected = await score(restricted, images);
    expect(found.kind).toBe("exact");
    expect(Math.abs(Number(found.protocol.logZ) - Number(expected.protocol.logZ))).toBeLessThan(
      1e-5,
    );
    found.perImage.forEach((nats, image) => {
      expect(Math.abs(nats - expected.perImage[image])).toBeLessThan(1e-5);
      const free = nats - Number(found.protocol.logZ);
      const freeOfRbm = expected.perImage[image] - Number(expected.protocol.logZ);
      expect(Math.abs(free - freeOfRbm)).toBeLessThan(1e-5);
    });
    const drawnBy = (model: LoadedModel) => sample(model, { count: 20, draw: true, seed: 3 });
    const [one, other] = [await drawnBy(general), await drawnBy(restricted)];
    expect(one.pixelsUnit).toEqual(other.pixelsUnit);
    await general.release();
    await restricted.release();
  });

  test("the same annealing gives the same log Z", async () => {
    const { general, restricted } = await both({ ...full, hidden: 6, hiddenHidden: "none" });
    const annealing = { seed: 1, betas: 200, chains: 50 };
    const found = await annealedLogZ(
      hostOf(general),
      gibbsMachine(general.config as BoltzmannConfig, traits),
      annealing,
    );
    const expected = await annealedLogZ(
      hostOf(restricted),
      gibbsOfRbm(restricted.config as RbmConfig, traits),
      annealing,
    );
    await general.release();
    await restricted.release();
    expect(Math.abs(found.logZ - expected.logZ)).toBeLessThan(1e-4);
    expect(Math.abs(found.standardError - expected.standardError)).toBeLessThan(1e-4);
  });
});

test.each<Settings>([
  { ...full, hidden: 4 },
  { hidden: 4, hiddenHidden: "none" },
])("codes are p(h|v): %o", async (settings) => {
  const model = await drawn(settings, 3);
  const { joint } = distributionOf(await oracleOf(model, 3));
  const { values, length } = await encode(model, everyImage(3));
  await model.release();
  const images = imagesOf(joint, 9);
  expect(length).toBe(4);
  for (const image of [0, 345, 511]) {
    for (let unit = 0; unit < 4; unit++) {
      const on = joint.reduce(
        (sum, p, n) => sum + (n % 512 === image ? p * ((n >> (9 + unit)) & 1) : 0),
        0,
      );
      expect(values[image * 4 + unit]).toBeCloseTo(on / images[image], 5);
    }
  }
});

test.each<{ settings: Settings; units: number }>([
  { settings: { ...full, hidden: 4 }, units: 4 },
  { settings: { hidden: 9, visibleHidden: "local", window: 1 }, units: 9 },
  { settings: { hidden: 0 }, units: 9 },
])("filters are each unit's weights to the pixels: $settings", async ({ settings, units }) => {
  const model = await drawn(settings, 3);
  const { coupling } = await oracleOf(model, 3);
  const { pixelsUnit } = await filters(model);
  await model.release();
  const rows = coupling.slice(-units).map((row) => row.slice(0, 9));
  rows.sort((a, b) => Math.hypot(...b) - Math.hypot(...a));
  rows.forEach((row, place) => {
    const largest = Math.max(...row.map(Math.abs));
    row.forEach((weight, pixel) => {
      expect(pixelsUnit[place * 9 + pixel]).toBeCloseTo(0.5 + weight / (2 * largest), 5);
    });
  });
});

test.each<{ settings: Settings; problem: string }>([
  { settings: { hidden: 12, learning: "exact" }, problem: "at most 20 units" },
  { settings: { hidden: 2, learning: "pseudo" }, problem: "pixels alone" },
  { settings: { hidden: 0, visibleVisible: "none" }, problem: "no unit is connected" },
])("refuses $settings for 3×3 pixels", ({ settings, problem }) => {
  const data = dataTraits(dataSpecOf(everyPattern));
  expect(() => boltzmann.build(configOf(settings), data)).toThrow(problem);
});

test.each<{ pixels: 2 | 3; settings: Settings; step: string }>([
  { pixels: 3, settings: { hidden: 11 }, step: "exact" },
  { pixels: 3, settings: { hidden: 12 }, step: "sml" },
  { pixels: 3, settings: { hidden: 0, learning: "pseudo" }, step: "pseudo" },
])("learns $settings by $step", ({ settings, step }) => {
  const data = dataTraits(dataSpecOf(everyPattern));
  expect(boltzmann.build(configOf(settings), data).steps.map(({ name }) => name)).toEqual([step]);
});
