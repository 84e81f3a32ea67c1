import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from "ml-matrix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encode, reconstruct } from "../../src/core/capabilities/codes.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { ConfigError } from "../../src/core/errors.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { trainModel } from "../../src/in-memory.js";
import { ae } from "../../src/models/autoencoder/ae/index.js";
import { openRun, resumeTraining, trainRun } from "../../src/runs/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { latestCheckpoint } from "../../src/training/checkpoint.js";
import { runPaths } from "../../src/training/run-directory.js";

let device: Device;
let digits: ImageSet;
let unseen: ImageSet;
let folder: string;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
  digits = await loadDataset("digits");
  unseen = await loadDataset("digits", { split: "test" });
  folder = await mkdtemp(join(tmpdir(), "figment-ae-"));
});
afterAll(async () => {
  await device.close();
  await rm(folder, { recursive: true, force: true });
});

const PIXELS = 64;

/** The principal components of images, by ml-matrix: mean, and the leading directions as columns. */
async function principalComponents(images: ImageSet, count: number) {
  const { pixelsUnit } = await readImages(images);
  const x = Matrix.from1DArray(images.count, PIXELS, Array.from(pixelsUnit));
  const mean = x.mean("column");
  const centred = x.subRowVector(mean);
  const covariance = centred.transpose().mmul(centred).div(images.count);
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  // Eigenvalues ascend.
  const order = Array.from({ length: count }, (_, at) => PIXELS - 1 - at);
  return { mean, directions: eigenvectorMatrix.subMatrixColumn(order) };
}

/** Mean squared error of a pixel when images are projected onto principal components. */
async function projectionError(images: ImageSet, count: number): Promise<number> {
  const { mean, directions } = await principalComponents(digits, count);
  const { pixelsUnit } = await readImages(images);
  const x = Matrix.from1DArray(images.count, PIXELS, Array.from(pixelsUnit)).subRowVector(mean);
  const residual = Matrix.sub(x, x.mmul(directions).mmul(directions.transpose()));
  return residual.pow(2).mean();
}

async function errorOf(model: LoadedModel, images: ImageSet): Promise<number> {
  const { pixelsUnit } = await readImages(images);
  const rebuilt = await reconstruct(model, images);
  const sum = rebuilt.pixelsUnit.reduce((total, p, at) => total + (p - pixelsUnit[at]) ** 2, 0);
  return sum / pixelsUnit.length;
}

test("the linear one spans the subspace of the principal components", async () => {
  const latent = 3;
  const model = await trainModel({
    model: ae,
    images: digits,
    device,
    config: { architecture: "linear", latent },
    training: { steps: 3000, batchSize: 500, learningRate: 0.01, schedule: "cosine" },
    validation: 0,
    seed: 4,
  });
  const values = await model.values();
  const weight = values.get("parameters.decoder.code.weight") as Float32Array;
  const decoder = Matrix.from1DArray(PIXELS, latent, Array.from(weight));
  const basis = new SingularValueDecomposition(decoder).leftSingularVectors;
  const { directions } = await principalComponents(digits, latent);
  const between = basis
    .subMatrix(0, PIXELS - 1, 0, latent - 1)
    .transpose()
    .mmul(directions);
  const cosines = new SingularValueDecomposition(between).diagonal;
  expect(cosines).toHaveLength(latent);
  for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.999);
  await model.release();
});

/** Dense layers, which take a tenth of the time of convolutions here. */
const SMALL = { architecture: "mlp", hidden: [64] };

describe("learning gate on real digits", () => {
  const trained = (config: Record<string, unknown>, validation = 0) =>
    trainModel({
      model: ae,
      images: digits,
      device,
      config: { channels: [16, 32], hidden: [64], latent: 8, ...config },
      training: { epochs: 40, batchSize: 64, learningRate: 3e-3, schedule: "cosine" },
      validation,
      seed: 2,
    });

  test("copies unseen digits better than as many principal components do", async () => {
    const model = await trained({});
    const error = await errorOf(model, unseen);
    expect(error).toBeLessThan(0.9 * (await projectionError(unseen, 8)));
    expect(error).toBeGreaterThan(0);
    await model.release();
  });

  test("a mixture of the codes draws codes as the images have them, which random codes are not", async () => {
    const [plain, fitted] = [
      await trained(SMALL, 0.1),
      await trained({ ...SMALL, prior: "gmm", components: 10 }, 0.1),
    ];
    const real = await spread(fitted, digits);
    const drawn = async (model: LoadedModel) => {
      const { pixelsUnit } = await sample(model, { count: 500, seed: 3 });
      const { count: _, ...shape } = unseen;
      return spread(fitted, { ...shape, count: 500, read: reader(pixelsUnit) });
    };
    const [mixture, random] = [await drawn(fitted), await drawn(plain)];
    expect(distance(mixture, real)).toBeLessThan(0.5 * distance(random, real));
    for (const model of [plain, fitted]) await model.release();
  });
});

const reader = (values: Float32Array) => (indices: ArrayLike<number>, out: Float32Array) => {
  Array.from(indices).forEach((index, at) => {
    out.set(values.subarray(index * PIXELS, (index + 1) * PIXELS), at * PIXELS);
  });
};

/** Covariance of the codes that a model gives images: its lower triangle. */
async function spread(model: LoadedModel, images: ImageSet): Promise<Float64Array> {
  const { values, length, count } = await encode(model, images);
  const x = Matrix.from1DArray(count, length, Array.from(values));
  const centred = x.subRowVector(x.mean("column"));
  return Float64Array.from(centred.transpose().mmul(centred).div(count).to1DArray());
}

/** Distance of two matrices, as a share of the second. */
const distance = (a: Float64Array, b: Float64Array): number =>
  Math.hypot(...a.map((value, at) => value - b[at])) / Math.hypot(...b);

describe("a run with a mixture as its prior", () => {
  const options = {
    model: ae,
    data: "digits",
    config: { architecture: "mlp", hidden: [16], latent: 2, prior: "gmm", components: 3 },
    seed: 5,
    device: "cpu",
    host: "inline",
  } as const;

  test("fits it to the best weights and to the last, however it was interrupted", async () => {
    const whole = join(folder, "whole");
    const parts = join(folder, "parts");
    const { record } = await trainRun({ ...options, training: { epochs: 3 }, out: whole });
    expect(record.progress.outcome).toMatch(/^em /);
    const stop = new AbortController();
    const interrupted = await trainRun({
      ...options,
      training: { epochs: 3 },
      out: parts,
      signal: stop.signal,
      onProgress: ({ step }) => step === 20 && stop.abort(),
    });
    expect(interrupted.status).toBe("interrupted");
    await resumeTraining(parts, { device: "cpu", host: "inline" });
    const states = await Promise.all(
      [whole, parts].map(async (run) => {
        const { checkpoint } = await latestCheckpoint(runPaths(run).checkpoints);
        return new Map([...(checkpoint?.tensors ?? [])].map(([name, { data }]) => [name, data]));
      }),
    );
    expect(states[1]).toEqual(states[0]);
    for (const checkpoint of ["best", "last"] as const) {
      const run = await openRun(whole, { checkpoint, device: "cpu", host: "inline" });
      const values = await run.model.values();
      const means = values.get("parameters.mixture.means") as Float64Array;
      expect(means.some((value) => value !== 0)).toBe(true);
      const codes = await encode(run.model, digits);
      const centre = [0, 1].map(
        (unit) =>
          codes.values.reduce((sum, v, at) => sum + (at % 2 === unit ? v : 0), 0) / codes.count,
      );
      const logWeights = values.get("parameters.mixture.logWeights") as Float64Array;
      const mixed = [0, 1].map((unit) =>
        logWeights.reduce((sum, w, at) => sum + Math.exp(w) * means[2 * at + unit], 0),
      );
      // EM leaves the mixture's mean at that of the training codes; nine tenths of these are in training.
      mixed.forEach((value, unit) => {
        expect(Math.abs(value - centre[unit])).toBeLessThan(0.15);
      });
      await run.close();
    }
  });
});

test.each([
  [{ channels: [4, 4, 4, 4] }, /cannot be halved 4 times/],
  [{ latent: 0 }, /latent/],
])("%j is refused", async (config, message) => {
  const made = trainModel({ model: ae, images: digits, device, config, training: { steps: 1 } });
  await expect(made).rejects.toThrow(ConfigError);
  await expect(made).rejects.toThrow(message);
});
