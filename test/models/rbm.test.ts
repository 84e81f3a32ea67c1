import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostOf } from "../../src/core/capabilities/batches.js";
import { chain } from "../../src/core/capabilities/chain.js";
import { encode, reconstruct } from "../../src/core/capabilities/codes.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { filters } from "../../src/core/capabilities/filters.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { batchPlan } from "../../src/data/batch-plan.js";
import { binarise } from "../../src/data/binarise.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { annealedLogZ } from "../../src/models/energy/annealing.js";
import type { RbmConfig } from "../../src/models/energy/rbm/config.js";
import { gibbsMachine } from "../../src/models/energy/rbm/gibbs.js";
import { rbm } from "../../src/models/energy/rbm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device, StateValues } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { toNumbers } from "../../src/tensor/dtype.js";
import { createGradientTrainer } from "../../src/training/gradient-trainer.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

type Settings = Partial<RbmConfig>;

const info = { name: "tiny", source: "tiny", split: "train", channels: 1, height: 3, width: 3 };

/** All images of nine binary pixels; pixel i of image n is bit i of n. */
const everyImage = arraySet(
  { ...info, levels: 2 },
  Uint8Array.from({ length: 512 * 9 }, (_, index) => (Math.floor(index / 9) >> (index % 9)) & 1),
);

interface Fitting {
  readonly images: ImageSet;
  readonly config: Settings;
  readonly steps: number;
  readonly learningRate?: number;
  readonly seed?: number;
}

async function trained({
  images,
  config,
  steps,
  learningRate = 0.02,
  seed = 3,
}: Fitting): Promise<LoadedModel> {
  const traits = dataTraits(dataSpecOf(images));
  const parsed = rbm.config.parse(config);
  const rule = { optimizer: "sgd", clipNorm: 0, ema: 0 } as const;
  const model = rbm.build(parsed, traits);
  const batchSize = 64;
  const trainer = await createGradientTrainer({
    model,
    data: traits,
    device,
    rule,
    batchSize,
    seed,
  });
  const plan = batchPlan({ count: images.count, batchSize, seed });
  for (let step = 0; step < steps; step++) {
    const { pixelsUnit } = await readImages(images, plan.indices(step));
    const rate = learningRate * (1 - step / steps);
    await trainer.step({ pixelsUnit }, step, rate);
  }
  const loaded = await loadModel(rbm, parsed, traits, device, await trainer.weights());
  await trainer.release();
  return loaded;
}

/** A machine with random weights, large enough that its units depend on each other. */
async function drawn(
  config: Settings,
  images: ImageSet = everyImage,
  spread = 1,
): Promise<LoadedModel> {
  const traits = dataTraits(dataSpecOf(images));
  const parsed = rbm.config.parse(config) as RbmConfig;
  const visible = traits.channels * traits.height * traits.width;
  const numbers = (length: number, name: string, std: number) => {
    const values = new Float64Array(length);
    stream(7, name).normal(values);
    return Float32Array.from(values, (value) => std * value);
  };
  const values: Map<string, Float32Array> = new Map([
    ["parameters.rbm.weight", numbers(visible * parsed.hidden, "weight", spread)],
    ["parameters.rbm.visibleShift", numbers(visible, "shift", 0.5)],
    ["parameters.rbm.hiddenBias", numbers(parsed.hidden, "hidden", 0.5)],
    ["buffers.rbm.base", numbers(visible, "base", 0.5)],
  ]);
  return loadModel(rbm, parsed, traits, device, values);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sumOf = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0);

const numbersOf = (values: StateValues, name: string): number[] =>
  Array.from(toNumbers(values.get(name) ?? new Float32Array()));

/** The machine's b, c and W[i][j], also for a centred machine. */
function plainOf(values: StateValues, hidden: number, centred = false) {
  const get = (name: string) => numbersOf(values, name);
  const flat = get("parameters.rbm.weight");
  const W = Array.from({ length: flat.length / hidden }, (_, i) =>
    flat.slice(i * hidden, (i + 1) * hidden),
  );
  const base = get("buffers.rbm.base");
  const shift = get("parameters.rbm.visibleShift");
  const b = base.map((bias, i) => bias + shift[i] - (centred ? sumOf(W[i]) / 2 : 0));
  const c = get("parameters.rbm.hiddenBias").map(
    (bias, j) => bias - (centred ? sumOf(base.map((mean, i) => sigmoid(mean) * W[i][j])) : 0),
  );
  return { b, c, W };
}

type Plain = ReturnType<typeof plainOf>;

/** log Σ over v and h of e^(b·v + c·h + vᵀWh), by enumerating v, and p(v). */
function distributionOf({ b, c, W }: Plain) {
  const logWeights = Array.from({ length: 2 ** b.length }, (_, n) => {
    const v = b.map((_, i) => (n >> i) & 1);
    const hidden = c.map((bias, j) => softplus(bias + sumOf(v.map((on, i) => on * W[i][j]))));
    return sumOf(v.map((on, i) => on * b[i])) + sumOf(hidden);
  });
  const largest = Math.max(...logWeights);
  const logZ = largest + Math.log(sumOf(logWeights.map((x) => Math.exp(x - largest))));
  return { logZ, probabilities: logWeights.map((x) => Math.exp(x - logZ)) };
}

describe("exact scores", () => {
  test.each([
    { hidden: 4 },
    { hidden: 25 },
    { hidden: 4, centred: true },
    { hidden: 25, centred: true },
  ])("agree with the sum over all states and sum to 1: %o", async (config) => {
    const model = await drawn(config);
    const { perImage, kind, protocol } = await score(model, everyImage);
    const { logZ, probabilities } = distributionOf(
      plainOf(await model.values(), config.hidden, config.centred),
    );
    await model.release();
    expect(kind).toBe("exact");
    expect(Math.abs(Number(protocol.logZ) - logZ)).toBeLessThan(2e-5);
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-5);
    probabilities.forEach((probability, image) => {
      expect(Math.abs(perImage[image] + Math.log(probability))).toBeLessThan(3e-5);
    });
  });

  test("the density of Gaussian visible units integrates to 1", async () => {
    const [points, reach] = [161, 8];
    const width = (2 * reach) / (points - 1);
    const grid = arraySet(
      { ...info, height: 1, width: 2 },
      Float32Array.from({ length: points * points * 2 }, (_, index) => {
        const point = Math.floor(index / 2);
        const place = index % 2 === 0 ? point % points : Math.floor(point / points);
        return place * width - reach;
      }),
    );
    const model = await drawn({ visible: "gaussian", hidden: 3, std: 0.7 }, grid);
    const { perImage, kind } = await score(model, grid);
    await model.release();
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats) * width * width, 0);
    expect(kind).toBe("exact");
    expect(Math.abs(total - 1)).toBeLessThan(1e-4);
  });

  test("of grey images bound the mean over their binarisations", async () => {
    const grey = arraySet(
      { ...info },
      Float32Array.from({ length: 18 }, (_, index) => (index % 5) / 4),
    );
    const model = await drawn({ hidden: 4 }, grey);
    const { perImage, kind, protocol } = await score(model, grey);
    const { probabilities } = distributionOf(plainOf(await model.values(), 4));
    await model.release();
    expect(kind).toBe("bound");
    expect(protocol.estimator).toContain("grey pixels as probabilities");
    const { pixelsUnit } = await readImages(grey);
    perImage.forEach((nats, image) => {
      let mean = 0;
      probabilities.forEach((probability, n) => {
        let share = 1;
        for (let pixel = 0; pixel < 9; pixel++) {
          const p = pixelsUnit[image * 9 + pixel];
          share *= (n >> pixel) & 1 ? p : 1 - p;
        }
        mean -= share * Math.log(probability);
      });
      expect(nats).toBeGreaterThan(mean);
    });
  });
});

describe("annealed importance sampling", () => {
  const estimate = (model: LoadedModel, seed: number, betas: number, chains: number) =>
    annealedLogZ(hostOf(model), gibbsMachine(model.config as RbmConfig, model.data), {
      seed,
      betas,
      chains,
    });

  test.each([
    { name: "strong weights", hidden: 6, spread: 2 },
    { name: "too many hidden units to enumerate", hidden: 30, spread: 1 },
    { name: "centred", hidden: 6, spread: 1, centred: true },
  ])("is within 3 standard errors of the exact log Z: $name", async ({ spread, ...settings }) => {
    const { hidden, centred } = { centred: false, ...settings };
    const model = await drawn({ hidden, centred }, everyImage, spread);
    const { logZ } = distributionOf(plainOf(await model.values(), hidden, centred));
    for (const seed of [0, 1, 2, 3]) {
      const found = await estimate(model, seed, 1000, 200);
      expect(found.standardError).toBeLessThan(0.2);
      expect(Math.abs(found.logZ - logZ)).toBeLessThan(3 * found.standardError);
    }
    await model.release();
  });

  test("is also right for Gaussian visible units", async () => {
    const images = arraySet({ ...info }, new Float32Array(9));
    const model = await drawn({ visible: "gaussian", hidden: 5, std: 0.6 }, images, 0.5);
    const exact = Number((await score(model, images)).protocol.logZ);
    for (const seed of [0, 1, 2]) {
      const found = await estimate(model, seed, 2000, 200);
      expect(Math.abs(found.logZ - exact)).toBeLessThan(3 * found.standardError);
    }
    await model.release();
  });

  test.each(["pcd", "cd"] as const)("agrees on a machine trained by %s", async (negative) => {
    const binarisation = { mode: "fixed", seed: 0 } as const;
    const images = binarise(await loadDataset("digits"), binarisation);
    const model = await trained({ images, config: { hidden: 16, negative, k: 2 }, steps: 600 });
    const exact = Number((await score(model, images)).protocol.logZ);
    for (const seed of [0, 1, 2]) {
      const found = await estimate(model, seed, 2000, 300);
      expect(found.standardError).toBeLessThan(0.2);
      expect(Math.abs(found.logZ - exact)).toBeLessThan(3 * found.standardError);
    }
    await model.release();
  });

  test("depends on the seed but not on the batches, and records its protocol", async () => {
    const images = arraySet(
      { ...info, height: 5, width: 5, levels: 2 },
      Uint8Array.from({ length: 75 }, (_, index) => index % 2),
    );
    const model = await drawn({ hidden: 24, betas: 100 }, images);
    const scoreOf = (options: object) => score(model, images, { samples: 20, ...options });
    const first = await scoreOf({ seed: 1, batchSize: 3 });
    const again = await scoreOf({ seed: 1, batchSize: 1 });
    const other = await scoreOf({ seed: 2 });
    const preview = await scoreOf({ seed: 1, preview: true, samples: 90 });
    await expect(scoreOf({ samples: 1 })).rejects.toThrow("at least 2 samples");
    await expect(scoreOf({ signal: AbortSignal.abort() })).rejects.toThrow("abort");
    await model.release();
    // log Z is the same; free energies differ between batches in float32's last digits.
    expect(again.protocol.logZ).toBe(first.protocol.logZ);
    again.perImage.forEach((nats, image) => {
      expect(nats).toBeCloseTo(first.perImage[image], 4);
    });
    expect(other.perImage).not.toEqual(first.perImage);
    expect(first.kind).toBe("estimate");
    expect(first.protocol).toMatchObject({ chains: 20, betas: 100 });
    expect(Number(first.protocol.logZStandardError)).toBeGreaterThan(0);
    expect(preview.protocol).toMatchObject({ chains: 50 });
  });

  test("counts every chain once, for any number of chains", async () => {
    const model = await drawn({ hidden: 6 });
    const { logZ } = distributionOf(plainOf(await model.values(), 6));
    const shares: number[] = [];
    const host = { ...hostOf(model), onProgress: (share: number) => shares.push(share) };
    const machine = gibbsMachine(model.config as RbmConfig, model.data);
    const found = await annealedLogZ(host, machine, { seed: 0, betas: 201, chains: 1201 });
    await model.release();
    expect(Math.abs(found.logZ - logZ)).toBeLessThan(3 * found.standardError);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[shares.length - 1]).toBe(1);
  });
});

describe("contrastive divergence", () => {
  /** One update of known weights with learning rate 1 and no momentum: θ' = θ − gradient. */
  async function oneUpdate(config: Settings, values: StateValues, pixelsUnit: Float32Array) {
    const traits = dataTraits(dataSpecOf(everyImage));
    const batchSize = pixelsUnit.length / 9;
    const trainer = await createGradientTrainer(
      {
        model: rbm.build(rbm.config.parse(config), traits),
        data: traits,
        device,
        rule: { optimizer: "sgd", momentum: 0, clipNorm: 0, ema: 0 },
        batchSize,
        seed: 11,
      },
      () => values,
    );
    await trainer.step({ pixelsUnit }, 1, 1);
    const after = await trainer.state.read();
    await trainer.release();
    return after;
  }

  const uniforms = (path: string, length: number) => {
    const numbers = new Float64Array(length);
    stream(11, `noise.${path}`, 1).uniform(numbers);
    return numbers;
  };

  /** ⟨v⟩, ⟨p(h|v)⟩ and ⟨v p(h|v)⟩ over these states. */
  function moments({ c, W }: Plain, states: readonly number[][]) {
    const hidden = states.map((v) =>
      c.map((bias, j) => sigmoid(bias + sumOf(v.map((on, i) => on * W[i][j])))),
    );
    const mean = (of: (state: number) => number) =>
      sumOf(states.map((_, n) => of(n))) / states.length;
    return {
      v: W.map((_, i) => mean((n) => states[n][i])),
      h: c.map((_, j) => mean((n) => hidden[n][j])),
      vh: W.map((_, i) => c.map((_, j) => mean((n) => states[n][i] * hidden[n][j]))),
    };
  }

  test("moves parameters by ⟨v h⟩ of the data minus that of the chains and the decay", async () => {
    const config = { hidden: 4, chains: 5, weightDecay: 0.1 };
    const model = await drawn(config);
    const values = new Map(await model.values());
    await model.release();
    const chains = Float32Array.from({ length: 20 }, (_, index) => ((index * 7) % 3) & 1);
    values.set("memory.rbm.chains", chains);
    const before = plainOf(values, 4);
    const { pixelsUnit } = await readImages(everyImage, [3, 77, 200, 511, 129, 64]);
    const after = await oneUpdate(config, values, pixelsUnit);

    const data = Array.from({ length: 6 }, (_, n) =>
      Array.from(pixelsUnit.slice(n * 9, n * 9 + 9)),
    );
    const positive = moments(before, data);
    const moved = (name: string) => {
      const old = numbersOf(values, name);
      return numbersOf(after, name).map((value, index) => value - old[index]);
    };
    const noise = uniforms("visible1", 45);
    const particles = Array.from({ length: 5 }, (_, chain) =>
      before.b.map((bias, i) => {
        const pull = sumOf(before.W[i].map((weight, j) => weight * chains[chain * 4 + j]));
        return noise[chain * 9 + i] < sigmoid(bias + pull) ? 1 : 0;
      }),
    );
    const negative = moments(before, particles);
    moved("parameters.rbm.visibleShift").forEach((change, i) => {
      expect(change).toBeCloseTo(positive.v[i] - negative.v[i], 5);
    });
    moved("parameters.rbm.hiddenBias").forEach((change, j) => {
      expect(change).toBeCloseTo(positive.h[j] - negative.h[j], 5);
    });
    moved("parameters.rbm.weight").forEach((change, index) => {
      const [i, j] = [Math.floor(index / 4), index % 4];
      const expected = positive.vh[i][j] - negative.vh[i][j] - 0.1 * before.W[i][j];
      expect(change).toBeCloseTo(expected, 5);
    });
    const thresholds = uniforms("hidden1", 20);
    const hidden = particles.flatMap((v, chain) =>
      before.c.map((bias, j) => {
        const p = sigmoid(bias + sumOf(v.map((on, i) => on * before.W[i][j])));
        return thresholds[chain * 4 + j] < p ? 1 : 0;
      }),
    );
    expect(numbersOf(after, "memory.rbm.chains")).toEqual(hidden);
  });

  test("starts with visible biases that give the pixel means of the first batch", async () => {
    const traits = dataTraits(dataSpecOf(everyImage));
    const model = rbm.build(rbm.config.parse({ hidden: 4 }), traits);
    const rule = { optimizer: "sgd", momentum: 0, clipNorm: 0, ema: 0 } as const;
    const trainer = await createGradientTrainer({
      model,
      data: traits,
      device,
      rule,
      batchSize: 4,
      seed: 0,
    });
    const pixelsUnit = Float32Array.from({ length: 36 }, (_, index) => (index < 9 * 3 ? 1 : 0));
    const batch = { pixelsUnit };
    await trainer.step(batch, 0, 1e-9);
    const first = await trainer.state.read();
    await trainer.step({ ...batch, pixelsUnit: new Float32Array(36) }, 1, 1e-9);
    const second = await trainer.state.read();
    await trainer.release();
    for (const bias of numbersOf(first, "buffers.rbm.base"))
      expect(bias).toBeCloseTo(Math.log(3), 5);
    expect(second.get("buffers.rbm.base")).toEqual(first.get("buffers.rbm.base"));
  });
});

describe("Gibbs sampling", () => {
  test("has the exact probabilities in the long run, and those of p^(1/T) at temperature T", async () => {
    const model = await drawn({ hidden: 4, sampleSteps: 60 });
    const plain = plainOf(await model.values(), 4);
    const joint = (temperature: number) => {
      const marginals = new Float64Array(9);
      let total = 0;
      for (let n = 0; n < 512; n++) {
        for (let m = 0; m < 16; m++) {
          let energy = 0;
          for (let j = 0; j < 4; j++) {
            if (((m >> j) & 1) === 0) continue;
            energy += plain.c[j];
            for (let i = 0; i < 9; i++) energy += ((n >> i) & 1) * plain.W[i][j];
          }
          for (let i = 0; i < 9; i++) energy += ((n >> i) & 1) * plain.b[i];
          const weight = Math.exp(energy / temperature);
          total += weight;
          for (let i = 0; i < 9; i++) if ((n >> i) & 1) marginals[i] += weight;
        }
      }
      return marginals.map((weight) => weight / total);
    };
    const count = 8000;
    for (const temperature of [1, 2]) {
      const { pixelsUnit } = await sample(model, { count, draw: true, temperature, seed: 4 });
      const expected = joint(temperature);
      for (let pixel = 0; pixel < 9; pixel++) {
        let on = 0;
        for (let image = 0; image < count; image++) on += pixelsUnit[image * 9 + pixel];
        const error = Math.sqrt((expected[pixel] * (1 - expected[pixel])) / count);
        expect(Math.abs(on / count - expected[pixel])).toBeLessThan(4 * error);
      }
    }
    await model.release();
  });

  test("at temperature 0 all images are the same local minimum of the energy", async () => {
    const model = await drawn({ hidden: 4, sampleSteps: 40 });
    const { b, c, W } = plainOf(await model.values(), 4);
    const { pixelsUnit } = await sample(model, { count: 5, temperature: 0, draw: true });
    await model.release();
    for (let image = 0; image < 5; image++) {
      const v = Array.from(pixelsUnit.slice(image * 9, image * 9 + 9));
      const h = c.map((bias, j) => (bias + sumOf(v.map((on, i) => on * W[i][j])) > 0 ? 1 : 0));
      const back = b.map((bias, i) => (bias + sumOf(h.map((on, j) => on * W[i][j])) > 0 ? 1 : 0));
      expect(v).toEqual(back);
    }
  });

  test("completes images from the conditional distribution and keeps given pixels", async () => {
    const model = await drawn({ hidden: 4, sampleSteps: 60 });
    const { probabilities } = distributionOf(plainOf(await model.values(), 4));
    const count = 4000;
    const known = Uint8Array.from([1, 1, 1, 1, 1, 1, 0, 0, 0]);
    const observed = 0b101101;
    const source = arraySet(
      { ...info, levels: 2 },
      Uint8Array.from({ length: count * 9 }, (_, index) => (observed >> (index % 9)) & 1),
    );
    const { pixelsUnit } = await complete(model, source, { known, draw: true, seed: 2 });
    await model.release();
    const found = new Float64Array(8);
    for (let image = 0; image < count; image++) {
      const v = pixelsUnit.subarray(image * 9, image * 9 + 9);
      for (let pixel = 0; pixel < 6; pixel++) expect(v[pixel]).toBe((observed >> pixel) & 1);
      found[v[6] + 2 * v[7] + 4 * v[8]]++;
    }
    const weights = Array.from({ length: 8 }, (_, rest) => probabilities[observed + 64 * rest]);
    const total = sumOf(weights);
    weights.forEach((weight, rest) => {
      const p = weight / total;
      const error = Math.sqrt((p * (1 - p)) / count);
      expect(Math.abs(found[rest] / count - p)).toBeLessThan(4 * error + 1e-4);
    });
  });

  test("returns the same states of a chain, whether it runs in parts or at once", async () => {
    const model = await drawn({ hidden: 4 });
    const options = { seed: 5, draw: true };
    const each = (await chain(model, { ...options, count: 2, frames: 6 })).pixelsUnit;
    const start = await readImages(everyImage, [0b101010101, 0b010101010]);
    const from = { ...options, count: 2, start, frames: 3, every: 2 };
    const kept = (await chain(model, from)).pixelsUnit;
    const apart = (await chain(model, { ...from, batchSize: 1 })).pixelsUnit;
    expect(each.length).toBe(2 * 6 * 9);
    expect(kept.length).toBe(2 * 3 * 9);
    expect(new Set([...each, ...kept])).toEqual(new Set([0, 1]));
    expect(apart).toEqual(kept);
    await expect(chain(model, { ...options, count: 2, frames: 0 })).rejects.toThrow(
      "the number of frames must be a whole number",
    );
    await model.release();
  });
});

describe("features", () => {
  test("are p(h|v), and a reconstruction is p(v) given them", async () => {
    const model = await drawn({ hidden: 4 });
    const { b, c, W } = plainOf(await model.values(), 4);
    const { values, length } = await encode(model, everyImage);
    const { pixelsUnit } = await reconstruct(model, everyImage);
    await model.release();
    const v = Array.from({ length: 9 }, (_, i) => (345 >> i) & 1);
    const p = c.map((bias, j) => sigmoid(bias + sumOf(v.map((on, i) => on * W[i][j]))));
    expect(length).toBe(4);
    p.forEach((probability, j) => {
      expect(values[345 * 4 + j]).toBeCloseTo(probability, 5);
    });
    b.forEach((bias, i) => {
      const mean = sigmoid(bias + sumOf(p.map((on, j) => on * W[i][j])));
      expect(pixelsUnit[345 * 9 + i]).toBeCloseTo(mean, 5);
    });
  });

  test("filters are each unit's weights as an image, the strongest first", async () => {
    const model = await drawn({ hidden: 4 });
    const { W } = plainOf(await model.values(), 4);
    const pictures = (await filters(model)).pixelsUnit;
    await model.release();
    const norms = [0, 1, 2, 3].map((j) => Math.hypot(...W.map((row) => row[j])));
    const first = norms.indexOf(Math.max(...norms));
    const largest = Math.max(...W.map((row) => Math.abs(row[first])));
    W.forEach((row, i) => {
      expect(pictures[i]).toBeCloseTo(0.5 + row[first] / (2 * largest), 5);
    });
    expect(Math.min(...pictures)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...pictures)).toBeLessThanOrEqual(1);
  });
});

describe("learning", () => {
  /** Bars and stripes: each of three rows, or of three columns, is on with probability ½; 14 images. */
  async function stripes(count: number): Promise<ImageSet> {
    const patterns: number[][] = [];
    for (const along of [0, 1]) {
      for (let n = 0; n < 8; n++) {
        patterns.push(
          Array.from({ length: 9 }, (_, i) => (n >> (along === 0 ? Math.floor(i / 3) : i % 3)) & 1),
        );
      }
    }
    const picks = new Float64Array(count);
    stream(5, "stripes").uniform(picks);
    const pixels = Array.from(picks, (u) => patterns[Math.floor(u * 16)]).flat();
    return arraySet({ ...info, levels: 2 }, Uint8Array.from(pixels));
  }
  /** Entropy of bars and stripes: 12 images of probability 1/16, and two of 2/16. */
  const ENTROPY = (12 / 16) * Math.log(16) + (4 / 16) * Math.log(8);

  test.each([
    { negative: "pcd", k: 1 },
    { negative: "pcd", k: 1, centred: true },
    { negative: "cd", k: 5 },
  ] as const)(
    "bars and stripes approach their entropy but do not fall below it: %o",
    async (config) => {
      const images = await stripes(4000);
      const model = await trained({
        images,
        config: { hidden: 12, ...config },
        steps: 4000,
      });
      const { value } = await score(model, await stripes(4000));
      await model.release();
      expect(value).toBeLessThan(ENTROPY + 0.8);
      expect(value).toBeGreaterThan(ENTROPY - 0.05);
    },
  );

  test("Gaussian visible units explain grey digits better than independent ones", async () => {
    const images = await loadDataset("digits");
    const config = { visible: "gaussian", hidden: 12, std: 0.25 } as const;
    const trainedFor = (steps: number) => trained({ images, config, steps, learningRate: 2e-3 });
    const [start, model] = [await trainedFor(1), await trainedFor(600)];
    const test = await loadDataset("digits", { split: "test" });
    const [before, after] = [await score(start, test), await score(model, test)];
    await start.release();
    await model.release();
    expect(after.value).toBeLessThan(before.value - 10);
  });
});

test.each([
  { settings: { k: 0 }, problem: "k" },
  { settings: { hidden: 0 }, problem: "hidden" },
  { settings: { chains: 0 }, problem: "chains" },
  { settings: { std: 0 }, problem: "std" },
  { settings: { betas: 1 }, problem: "betas" },
])("refuses $settings", ({ settings, problem }) => {
  expect(() => rbm.config.parse(settings)).toThrow(problem);
});

test("the annealing before the first score reports its progress to the end", async () => {
  const images = arraySet({ ...info, height: 5, width: 5, levels: 2 }, new Uint8Array(50));
  const model = await drawn({ hidden: 24, betas: 40 }, images);
  const told: (number | "image")[] = [];
  await score(model, images, {
    samples: 10,
    onPreparation: (share) => told.push(share),
    onProgress: () => told.push("image"),
  });
  expect(told).toEqual([0.2, 0.4, 0.6, 0.8, 1, "image"]);
  await model.release();
});

test("refuses images with missing pixels", async () => {
  const images = arraySet({ ...info }, new Float32Array(9).fill(Number.NaN));
  const model = await drawn({ hidden: 4 }, images);
  await expect(score(model, images)).rejects.toThrow("missing");
  await model.release();
});
