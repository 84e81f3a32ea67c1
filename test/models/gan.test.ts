import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAssignments } from "../../src/core/config.js";
import { ConfigError } from "../../src/core/errors.js";
import { encode, type LoadedModel, sample } from "../../src/core/index.js";
import { loadModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import { batchPlan } from "../../src/data/batch-plan.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, loadDataset, readImages } from "../../src/data/index.js";
import { moons, ring } from "../../src/data/planar/densities.js";
import { noisySpines } from "../../src/data/planar/density.js";
import { pixelsToPlane, planeToPixels } from "../../src/data/planar/window.js";
import { PlanarModes } from "../../src/metrics/index.js";
import { DISCRIMINATOR, normalNoise } from "../../src/models/adversarial/game/players.js";
import { type Game, gameSteps } from "../../src/models/adversarial/game/steps.js";
import type { GanConfig } from "../../src/models/adversarial/gan/config.js";
import { gan } from "../../src/models/adversarial/gan/index.js";
import { ganPlayers } from "../../src/models/adversarial/gan/networks.js";
import { objectiveNames } from "../../src/models/adversarial/objectives/index.js";
import { findModel } from "../../src/models/registry.js";
import { trainRun } from "../../src/runs/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { stream } from "../../src/runtime/random.js";
import { mul, reshape, sub } from "../../src/tensor/index.js";
import { createGradientTrainer } from "../../src/training/gradient-trainer.js";

let device: Device;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});

afterAll(() => device.close());

interface Learning {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly points: ImageSet;
  readonly steps: number;
  readonly batchSize: number;
  readonly rate: number;
}

/** Trains with a rate that falls to 0. */
async function learned(learning: Learning): Promise<LoadedModel> {
  const { definition, points, steps, batchSize, rate } = learning;
  const data = dataTraits(dataSpecOf(points));
  const config = definition.config.parse(learning.config) as GanConfig;
  const model = definition.build(config, data);
  const rule = { optimizer: "adam", betas: [0, 0.99], clipNorm: 0, ema: 0.99 } as const;
  const trainer = await createGradientTrainer({ model, data, device, rule, batchSize, seed: 1 });
  const plan = batchPlan({ count: points.count, batchSize, seed: 1 });
  for (let step = 0; step < steps; step++) {
    const { pixelsUnit } = await readImages(points, plan.indices(step));
    await trainer.step({ pixelsUnit }, step, rate * (1 - step / steps));
  }
  const loaded = await loadModel(definition, config, data, device, await trainer.weights());
  await trainer.release();
  return loaded;
}

/** Half circles blurred so far that a small network can follow p / (p + q). */
const blurred = noisySpines({
  name: "blurred",
  window: { left: -2.3, bottom: -2.55, side: 5.6 },
  spines: moons.spines,
  sigma: 0.3,
});
const half = blurred.window.side / 2;
const shape = { channels: 1, height: 1, width: 2 };
const COUNT = 100_000;

/** Points drawn from it, as images of 1×1×2. */
function blurredPoints(): ImageSet {
  const [which, place, noise] = [1, 1, 2].map((width) => new Float64Array(COUNT * width));
  const draws = stream(1, "blurred");
  draws.uniform(which);
  draws.uniform(place, COUNT);
  draws.normal(noise);
  const pixels = Float32Array.from({ length: 2 * COUNT }, (_, at) => {
    const point = at >> 1;
    const [x, y] = blurred.spines[which[point] < 0.5 ? 0 : 1].at(place[point]);
    const drawn = [x + 0.3 * noise[2 * point], y + 0.3 * noise[2 * point + 1]] as const;
    return planeToPixels(blurred.window, drawn)[at % 2];
  });
  return arraySet({ ...shape, name: "blurred", source: "blurred", split: "train" }, pixels);
}

/** Standard deviation of a generator that stands still, in half sides of the window. */
const SPREAD = 0.4;

/** A discriminator alone against N(0, 0.4²), with its output as a code of length 1. */
const againstGaussian: ModelDefinition = {
  ...gan,
  build(config, data) {
    const settings = config as GanConfig;
    const { judge } = ganPlayers(settings, data);
    const game: Game = {
      players: {
        latent: 2,
        noise: normalNoise(2),
        judge,
        generate: (_, z) => mul(reshape(z, [-1, 1, 1, 2]), SPREAD),
      },
      settings,
      classesOf: () => undefined,
    };
    return {
      steps: gameSteps(game).slice(0, 1),
      capabilities: {
        encode: (scope, pixelsUnit) => {
          const pixelsSigned = sub(mul(pixelsUnit, 2), 1);
          const { outputs } = judge(scope.child(DISCRIMINATOR), pixelsSigned, undefined);
          return reshape(outputs, [-1, 1]);
        },
      },
    };
  },
};

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/**
 * The constant that makes outputs the logits of a classifier of equally many real and drawn images:
 * pairing leaves it open.
 */
function offsetOf(logits: Float32Array, weights: Float64Array): number {
  let [low, high] = [-50, 50];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const surplus = weights.reduce(
      (sum, weight, at) => sum + weight * (sigmoid(logits[at] - middle) - 0.5),
      0,
    );
    if (surplus > 0) low = middle;
    else high = middle;
  }
  return low;
}

test.each([
  ["minimax", 1500],
  ["relativistic", 2500],
] as const)(
  "D of %s comes within 0.02 of D* = p / (p + q) on average over both densities",
  async (objective, steps) => {
    const side = 80;
    const middles = Float32Array.from({ length: 2 * side ** 2 }, (_, at) => {
      const cell = at >> 1;
      return ((at % 2 === 0 ? cell % side : Math.floor(cell / side)) + 0.5) / side;
    });
    const points = blurredPoints();
    const config = { objective, penalty: "none", discriminator: [64, 64], activation: "silu" };
    const model = await learned({
      definition: againstGaussian,
      config,
      points,
      steps,
      batchSize: 512,
      rate: 0.02,
    });
    const { values: logits } = await encode(model, arraySet(points, middles));
    await model.release();

    const densities = Array.from({ length: side ** 2 }, (_, at) => {
      const [u, v] = middles.subarray(2 * at, 2 * at + 2);
      const p = Math.exp(blurred.logDensity(pixelsToPlane(blurred.window, [u, v]))) * half ** 2;
      const squares = (2 * u - 1) ** 2 + (2 * v - 1) ** 2;
      const q = Math.exp(-squares / (2 * SPREAD ** 2)) / (2 * Math.PI * SPREAD ** 2);
      return [p, q] as const;
    });
    const weights = Float64Array.from(densities, ([p, q]) => p + q);
    const offset = objective === "relativistic" ? offsetOf(logits, weights) : 0;
    const mass = weights.reduce((sum, weight) => sum + weight, 0);
    const gap = densities.reduce(
      (sum, [p, q], at) => sum + Math.abs(sigmoid(logits[at] - offset) - p / (p + q)) * (p + q),
      0,
    );
    expect(gap / mass).toBeLessThan(0.02);
  },
);

describe("a short game on the ring, where a generator that does not learn finds no mode", () => {
  test.each(objectiveNames)("%s reaches all of it", async (objective) => {
    const model = await learned({
      definition: gan,
      config: {
        objective,
        penalty: "r1r2",
        penaltyWeight: 0.1,
        latent: 4,
        generator: [64, 64],
        discriminator: [64, 64],
        output: "linear",
      },
      points: await loadDataset("ring"),
      steps: 700,
      batchSize: 256,
      rate: 2e-3,
    });
    const { pixelsUnit } = await sample(model, { count: 1000 });
    await model.release();
    const centres = ring.modes?.centres.flat() ?? [];
    // Ten times as wide as the modes are: a short game is not sharp yet.
    const modes = new PlanarModes(centres, 10 * ring.sigma);
    const { left, bottom, side } = ring.window;
    modes.add(pixelsUnit.map((value, at) => (at % 2 === 0 ? left : bottom) + side * value));
    const { found, highQuality, reverseKlNats } = modes.result();
    expect(found).toBe(8);
    expect(highQuality).toBeGreaterThan(0.7);
    expect(reverseKlNats).toBeLessThan(0.1);
  });
});

const plane = { channels: 1, height: 1, width: 2, binary: false, levels: null, annotations: {} };
const picture = { ...plane, height: 28, width: 28 };

test.each([
  ["gan", plane, { objective: "wasserstein", penalty: "none" }, "has no least value"],
  ["gan", plane, { smoothing: 0.1 }, "no target for real images"],
  ["gan", plane, { objective: "hinge", smoothing: 0.1 }, "no target for real images"],
  ["gan", plane, { penalty: "none", penaltyParts: 2 }, "penaltyParts=2 divides a penalty"],
  ["gan", plane, { augment: ["color", "cutout"] }, "augment=cutout moves and cuts"],
  ["gan", plane, { conditional: true }, "needs labelled images"],
  ["dcgan", picture, { recipe: "2015", penalty: "r1" }, "batch normalisation in the discriminator"],
  ["dcgan", picture, { conditional: true, packing: 2 }, "packing=2 judges images together"],
  ["dcgan", picture, { channels: [8, 8, 8] }, "list at most 2 channels"],
  ["dcgan", { ...picture, height: 27 }, {}, "even sides"],
])("%s on %j with %j is refused", (id, data, config, message) => {
  const definition = findModel(id);
  const build = () => definition.build(definition.config.parse(config), data);
  expect(build).toThrow(ConfigError);
  expect(build).toThrow(message);
});

test("a recipe that looks like a number is read as a name", () => {
  const { config } = findModel("dcgan");
  expect(parseAssignments(["recipe=2015", "latent=7"], config)).toEqual({
    recipe: "2015",
    latent: 7,
  });
});

test("a batch that packs do not divide is refused before anything is written", async () => {
  const out = join(tmpdir(), `figment-packs-${process.pid}`);
  const config = { packing: 3, generator: [4], discriminator: [4] };
  const training = { steps: 1, batchSize: 8 };
  const refused = trainRun({ model: "gan", config, data: "ring", out, training, host: "inline" });
  await expect(refused).rejects.toThrow("multiple of 3");
  expect(existsSync(out)).toBe(false);
});
