import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classLabels } from "../../src/core/annotations.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { DataError } from "../../src/core/errors.js";
import { readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { gaussian } from "../../src/models/mixture/gaussian/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import {
  blobs,
  type Component,
  densityOf,
  fitted,
  gaussianDensity,
  mixtureOf,
  rowsSet,
} from "./mixture-helpers.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
});
afterAll(() => device.close());

/** Mean and covariance of rows, by the textbook two-pass algorithm. */
function momentsOf(rows: readonly (readonly number[])[], reg: number): Omit<Component, "weight"> {
  const average = (of: (row: readonly number[]) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const mean = rows[0].map((_, at) => average((row) => row[at]));
  const covariance = mean.map((_, i) =>
    mean.map((_, j) => average((row) => (row[i] - mean[i]) * (row[j] - mean[j]))),
  );
  return {
    mean,
    covariance: covariance.map((row, i) => row.map((value, j) => value + (i === j ? reg : 0))),
  };
}

const single = (rows: readonly (readonly number[])[], reg: number): Component => ({
  weight: 1,
  ...momentsOf(rows, reg),
});

const asFloat32 = (rows: number[][]) => rows.map((row) => row.map(Math.fround));

test("has the images' mean and covariance, and converges at once", async () => {
  const rows = asFloat32(blobs(1, 70, 5, 3));
  const request = { model: gaussian, device, config: { reg: 1e-4 } };
  const { loaded, passes, warnings } = await fitted({ ...request, images: rowsSet(rows) });
  const expected = single(rows, 1e-4);
  const { perImage, kind } = await score(loaded, rowsSet(rows));
  expect(kind).toBe("exact");
  rows.forEach((row, at) => {
    expect(perImage[at]).toBeCloseTo(-Math.log(gaussianDensity(expected, row)), 8);
  });
  expect(passes).toHaveLength(2);
  expect(passes[0].loss).toBeCloseTo(perImage.reduce((a, b) => a + b) / rows.length, 10);
  expect(warnings).toEqual([]);
  await loaded.release();
});

test("a constant added to all pixels costs no precision", async () => {
  const rows = asFloat32(blobs(2, 60, 4, 2).map((row) => row.map((value) => 0.9 + value / 1000)));
  const request = { model: gaussian, device, config: { reg: 0 } };
  const { loaded } = await fitted({ ...request, images: rowsSet(rows) });
  const { perImage } = await score(loaded, rowsSet(rows));
  rows.forEach((row, at) => {
    expect(perImage[at]).toBeCloseTo(-Math.log(gaussianDensity(single(rows, 0), row)), 5);
  });
  await loaded.release();
});

describe("of classes", () => {
  const rows = asFloat32(blobs(5, 120, 3, 3));
  const labels = Int32Array.from(rows, (_, at) => (at % 3 === 2 ? 1 : 0));
  const parts = [0, 1].map((label): Component => {
    const own = rows.filter((_, at) => labels[at] === label);
    return { weight: own.length / rows.length, ...momentsOf(own, 1e-4) };
  });
  const images = rowsSet(rows, { annotations: classLabels(labels) });

  test("scores p(image) or p(image | its class)", async () => {
    const request = { model: gaussian, device, images };
    const config = { conditional: true, reg: 1e-4 };
    const marginal = await fitted({ ...request, config });
    const given = await fitted({ ...request, config: { ...config, scores: "class" } });
    const ofAll = await score(marginal.loaded, images);
    const ofClass = await score(given.loaded, images);
    rows.forEach((row, at) => {
      expect(ofAll.perImage[at]).toBeCloseTo(-Math.log(densityOf(parts, row)), 8);
      const own = gaussianDensity(parts[labels[at]], row);
      expect(ofClass.perImage[at]).toBeCloseTo(-Math.log(own), 8);
    });
    expect(given.passes[0].loss).toBeCloseTo(ofClass.value, 10);
    const holed = rows.map((row, at) => row.map((x, i) => (i === at % 3 ? Number.NaN : x)));
    const missing = await score(given.loaded, rowsSet(holed, { annotations: classLabels(labels) }));
    const either = await score(
      marginal.loaded,
      rowsSet(holed, { annotations: classLabels(labels) }),
    );
    holed.forEach((row, at) => {
      const own = gaussianDensity(parts[labels[at]], row);
      expect(missing.perImage[at]).toBeCloseTo(-Math.log(own), 8);
      expect(either.perImage[at]).toBeCloseTo(-Math.log(densityOf(parts, row)), 8);
    });
    await marginal.loaded.release();
    await given.loaded.release();
  });

  test("draws and completes images of the requested class", async () => {
    const far = [
      {
        weight: 0.5,
        mean: [0.2, 0.2],
        covariance: [
          [1e-4, 0],
          [0, 1e-4],
        ],
      },
      {
        weight: 0.5,
        mean: [0.8, 0.8],
        covariance: [
          [1e-4, 0],
          [0, 1e-4],
        ],
      },
    ];
    const options = { classes: 2, config: { conditional: true } };
    const model = await mixtureOf(gaussian, far, device, options);
    const { pixelsUnit } = await sample(model, {
      count: 6,
      condition: { class: [1, 0, 1] },
      seed: 1,
    });
    const found = Array.from({ length: 6 }, (_, image) => (pixelsUnit[image * 2] > 0.5 ? 1 : 0));
    expect(found).toEqual([1, 0, 1, 1, 0, 1]);
    const ofSecond = rowsSet([[0.2, 0]], { annotations: classLabels(Int32Array.of(1)) });
    const filled = await complete(model, ofSecond, { known: Uint8Array.of(1, 0), draw: false });
    expect(filled.pixelsUnit[1]).toBeCloseTo(0.8, 6);
    await model.release();
  });

  test("names a class without images", async () => {
    const extra = { annotations: classLabels(labels.map((label) => 2 * label)) };
    const config = { conditional: true };
    const attempt = fitted({ model: gaussian, device, images: rowsSet(rows, extra), config });
    await expect(attempt).rejects.toThrow(DataError);
    await expect(attempt).rejects.toThrow(/of class 1.*there are 0/);
  });
});

test("learning: the Gaussian of its class gives a digit the highest density", async () => {
  const digits = await loadDataset("digits");
  const unseen = await loadDataset("digits", { split: "test" });
  const config = { conditional: true, scores: "class", reg: 1e-2 };
  const { loaded } = await fitted({ model: gaussian, device, images: digits, config });
  const { names, values } = unseen.annotations!.class!;
  const nats: Float64Array[] = [];
  for (let label = 0; label < 10; label++) {
    const labels = new Int32Array(unseen.count).fill(label);
    const annotations = classLabels(labels, names);
    nats.push((await score(loaded, { ...unseen, annotations })).perImage);
  }
  const right = values.filter((label, image) =>
    nats.every((other) => nats[label][image] <= other[image]),
  );
  expect(right.length / unseen.count).toBeGreaterThan(0.93);
  await loaded.release();
});

test("completion fills the lower half of a digit better than the mean image", async () => {
  const digits = await loadDataset("digits");
  const unseen = await loadDataset("digits", { split: "test" });
  const { loaded } = await fitted({ model: gaussian, device, images: digits, config: {} });
  const known = Uint8Array.from({ length: 64 }, (_, at) => (at < 32 ? 1 : 0));
  const { pixelsUnit } = await complete(loaded, unseen, { known, draw: false });
  const truth = (await readImages(unseen)).pixelsUnit;
  const means = (await loaded.values()).get("parameters.mixture.means") as Float64Array;
  let [error, plain] = [0, 0];
  truth.forEach((value, at) => {
    if (at % 64 < 32) expect(pixelsUnit[at]).toBe(value);
    error += (value - pixelsUnit[at]) ** 2;
    if (at % 64 >= 32) plain += (value - means[at % 64]) ** 2;
  });
  expect(error).toBeLessThan(0.75 * plain);
  await loaded.release();
});
