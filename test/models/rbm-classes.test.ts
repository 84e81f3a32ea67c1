import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { hostOf } from "../../src/core/capabilities/batches.js";
import { classify } from "../../src/core/capabilities/classify.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet } from "../../src/data/image-set.js";
import { trainModel } from "../../src/in-memory.js";
import { annealedLogZ } from "../../src/models/energy/annealing.js";
import type { RbmConfig } from "../../src/models/energy/rbm/config.js";
import { gibbsMachine } from "../../src/models/energy/rbm/gibbs.js";
import { rbm } from "../../src/models/energy/rbm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline", threads: 1 });
});
afterAll(() => device.close());

const [CLASSES, VISIBLE, HIDDEN] = [3, 6, 4];
const shape = { channels: 1, height: 2, width: 3, levels: 2 };
const names = ["a", "b", "c"];

function setOf(bytes: Uint8Array, values: Int32Array): ImageSet {
  const info = { name: "made", source: "made", split: "train", ...shape };
  return { ...arraySet(info, bytes), annotations: { class: { values, names } } };
}

/** Every image with this label. */
const everyImage = (label: number): ImageSet =>
  setOf(
    Uint8Array.from(
      { length: 2 ** VISIBLE * VISIBLE },
      (_, at) => (Math.floor(at / VISIBLE) >> (at % VISIBLE)) & 1,
    ),
    new Int32Array(2 ** VISIBLE).fill(label),
  );

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const lengths = {
  "parameters.rbm.weight": VISIBLE * HIDDEN,
  "parameters.rbm.visibleShift": VISIBLE,
  "parameters.rbm.hiddenBias": HIDDEN,
  "parameters.rbm.visibleOfClass": CLASSES * VISIBLE,
  "parameters.rbm.hiddenOfClass": CLASSES * HIDDEN,
  "buffers.rbm.base": VISIBLE,
};

const numbersFor = (name: string, length: number): Float32Array => {
  const values = new Float64Array(length);
  stream(7, name).normal(values);
  return Float32Array.from(values);
};

const values = new Map(
  Object.entries(lengths).map(([name, length]) => [name, numbersFor(name, length)]),
);

/** log p(v | y) of every image, by the sum over all states in JavaScript. */
function logProbsOf(label: number): number[] {
  const get = (name: string) => Array.from(values.get(name) as Float32Array);
  const W = get("parameters.rbm.weight");
  const b = get("buffers.rbm.base").map(
    (base, i) =>
      base +
      get("parameters.rbm.visibleShift")[i] +
      get("parameters.rbm.visibleOfClass")[label * VISIBLE + i],
  );
  const c = get("parameters.rbm.hiddenBias").map(
    (bias, j) => bias + get("parameters.rbm.hiddenOfClass")[label * HIDDEN + j],
  );
  const logWeights = Array.from({ length: 2 ** VISIBLE }, (_, n) => {
    const v = b.map((_, i) => (n >> i) & 1);
    const own = v.reduce((sum, on, i) => sum + on * b[i], 0);
    return c.reduce(
      (sum, bias, j) =>
        sum + softplus(v.reduce((input, on, i) => input + on * W[i * HIDDEN + j], bias)),
      own,
    );
  });
  const logZ = Math.log(logWeights.reduce((sum, weight) => sum + Math.exp(weight), 0));
  return logWeights.map((weight) => weight - logZ);
}

describe("a conditional machine", () => {
  let model: LoadedModel;
  beforeAll(async () => {
    const traits = dataTraits(dataSpecOf(everyImage(0)));
    const config = rbm.config.parse({ hidden: HIDDEN, conditional: true });
    model = await loadModel(rbm, config, traits, device, values);
  });
  afterAll(() => model.release());

  test.each([0, 1, 2])(
    "has the probabilities of the sum over all states, given class %d",
    async (label) => {
      const exact = logProbsOf(label);
      const { perImage, kind, protocol } = await score(model, everyImage(label));
      expect(kind).toBe("exact");
      expect(protocol.estimator).toContain("log Z of the class");
      for (const [image, logProb] of exact.entries()) {
        expect(perImage[image]).toBeCloseTo(-logProb, 4);
      }
    },
  );

  test("has an annealed log Z of each class near the exact one", async () => {
    const machine = gibbsMachine(model.config as RbmConfig, model.data, CLASSES);
    const exact = String((await score(model, everyImage(0))).protocol.logZ)
      .split(", ")
      .map(Number);
    for (const [label, logZ] of exact.entries()) {
      const of = { label, classes: CLASSES };
      const annealing = { chains: 200, betas: 500, seed: 1, of };
      const found = await annealedLogZ(hostOf(model), machine, annealing);
      expect(Math.abs(found.logZ - logZ)).toBeLessThan(4 * found.standardError);
      expect(found.standardError).toBeLessThan(0.1);
    }
  });

  test("draws images of a class as often as it should", async () => {
    const count = 3000;
    const exact = logProbsOf(2).map(Math.exp);
    const drawn = await sample(model, { count, seed: 3, draw: true, condition: { class: ["c"] } });
    const seen = new Float64Array(2 ** VISIBLE);
    for (let image = 0; image < count; image++) {
      const pixels = drawn.pixelsUnit.subarray(image * VISIBLE, (image + 1) * VISIBLE);
      seen[pixels.reduce((number, on, i) => number + on * 2 ** i, 0)]++;
    }
    const distance = exact.reduce((sum, p, n) => sum + Math.abs(p - seen[n] / count) / 2, 0);
    // The expected distance of an exact sample is below half the sum of the standard errors.
    const noise = exact.reduce((sum, p) => sum + Math.sqrt((p * (1 - p)) / count) / 2, 0);
    expect(distance).toBeLessThan(1.5 * noise);
  });
});

test.each(["pcd", "cd"])("learns what tells classes apart, by %s", async (negative) => {
  // Class a has its upper row lit, b its lower row, c either by chance; a tenth of the pixels is flipped.
  const count = 900;
  const flips = new Float64Array(count * VISIBLE);
  stream(1, "flips").uniform(flips);
  const labels = Int32Array.from({ length: count }, (_, image) => image % CLASSES);
  const bytes = Uint8Array.from(flips, (flip, at) => {
    const image = Math.floor(at / VISIBLE);
    const upper = at % VISIBLE < 3;
    const lit = [upper, !upper, upper === (image % 2 === 0)][labels[image]];
    return Number(lit !== flip < 0.1);
  });
  const model = await trainModel({
    model: "rbm",
    images: setOf(bytes, labels),
    device,
    config: { hidden: 8, conditional: true, negative, k: negative === "cd" ? 3 : 1 },
    training: { epochs: 120, batchSize: 90, learningRate: 0.02 },
    validation: 0,
    seed: 1,
  });
  const { value } = await score(model, setOf(bytes, labels));
  // The entropy of the flips, and ln 2 for the row that c chooses: 6 · 0.3251 + 0.2310.
  expect(value).toBeGreaterThan(2.1);
  expect(value).toBeLessThan(2.45);
  const rows = Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1);
  const { probs } = await classify(model, setOf(rows, Int32Array.of(0, 1)));
  // By Bayes' rule with equal priors: p(a | upper row) = 1 / (1 + ½) where c lights it half the time.
  expect(probs[0]).toBeGreaterThan(0.6);
  expect(probs[1]).toBeLessThan(0.02);
  expect(probs[4]).toBeGreaterThan(0.6);
  await model.release();
});

test("every class needs a persistent chain", () => {
  const traits = dataTraits(dataSpecOf(everyImage(0)));
  const build = () => rbm.build(rbm.config.parse({ conditional: true, chains: 2 }), traits);
  expect(build).toThrow("each of 3 classes needs a persistent chain, but chains=2");
});
