import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  decodeWeights,
  exportModel,
  type LoadedModel,
  loadModel,
  sample,
} from "../src/core/index.js";
import { binarise, type ImageSet, loadDataset } from "../src/data/index.js";
import { trainModel } from "../src/in-memory.js";
import { openRun, trainRun } from "../src/runs/index.js";
import { type Device, openDevice, type StateValues } from "../src/runtime/index.js";
import { readCheckpoint } from "../src/training/index.js";
import { noiseIn } from "./contract/asking.js";
import { runOnnx } from "./contract/run-onnx.js";
import { toyGan } from "./contract/toy-gan.testing.js";

/*
 * Averaged weights are what a run is used with. The oracle is its checkpoints, which hold parameters and
 * averages side by side.
 */

const options = { host: "inline", threads: 1 } as const;
const training = { steps: 40, batchSize: 100, checkpointSeconds: 0, keep: 100 };
const findModel = () => toyGan;

let folder: string;
let device: Device;
let images: ImageSet;
let directory: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-averages-"));
  device = await openDevice(options);
  images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
  directory = join(folder, "run");
  await trainRun({ ...options, model: toyGan, data: images, training, seed: 4, out: directory });
});

afterAll(async () => {
  await device.close();
  await rm(folder, { recursive: true, force: true });
});

interface Kept {
  /** Parameters as the optimisers moved them, and buffers as the passes left them. */
  readonly raw: StateValues;
  /** The averages of both. */
  readonly averaged: StateValues;
}

/** The weights in the checkpoint of a step, raw and averaged. */
async function keptAt(step: number): Promise<Kept> {
  const file = `step-${String(step).padStart(8, "0")}.safetensors`;
  const { tensors } = await readCheckpoint(join(directory, "checkpoints", file));
  const named = (kinds: readonly string[]) =>
    [...tensors]
      .filter(([name]) => kinds.some((kind) => name.startsWith(kind)))
      .map(([name, { data }]) => [name.replace("ema.", ""), data] as const);
  return {
    raw: new Map(named(["parameters.", "buffers."])),
    averaged: new Map(named(["ema."])),
  };
}

async function withWeights<R>(values: StateValues, work: (model: LoadedModel) => Promise<R>) {
  const run = await openRun(directory, { ...options, findModel });
  const { definition, config, data } = run.model;
  await run.close();
  const model = await loadModel(definition, config, data, device, values);
  const result = await work(model);
  await model.release();
  return result;
}

const drawn = (model: LoadedModel) => sample(model, { count: 4, seed: 1 });

describe.each(["best", "last"] as const)("the %s checkpoint of a run", (checkpoint) => {
  let kept: Kept;
  let model: LoadedModel;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const run = await openRun(directory, { ...options, checkpoint, findModel });
    kept = await keptAt(run.step);
    model = run.model;
    close = run.close;
  });
  afterAll(() => close());

  test("is loaded with the averages, each of which differs from its original", async () => {
    expect(await model.values()).toEqual(kept.averaged);
    for (const [name, values] of kept.raw) expect(kept.averaged.get(name)).not.toEqual(values);
  });

  test("draws with the averages", async () => {
    const images = await drawn(model);
    expect(images).toEqual(await withWeights(kept.averaged, drawn));
    expect(images).not.toEqual(await withWeights(kept.raw, drawn));
  });

  test("is exported with the averages, without memory", async () => {
    const files = await exportModel(model, { name: "averages", facts: {}, scores: [] });
    const { tensors } = decodeWeights(files.get("model.safetensors") as Uint8Array);
    expect(new Map([...tensors].map(([name, { data }]) => [name, data]))).toEqual(kept.averaged);
    const request = {
      count: 4,
      seed: 1,
      feeds: {},
      noise: noiseIn(model).get("sample") ?? new Map(),
    };
    const found = await runOnnx(files.get("sampler.onnx") as Uint8Array, request);
    const { pixelsUnit } = await withWeights(kept.averaged, drawn);
    found.forEach((value, at) => {
      expect(Math.abs(value - pixelsUnit[at])).toBeLessThan(1e-6);
    });
  });
});

test("a model trained in memory has the best averages, bit for bit those of the run", async () => {
  const model = await trainModel({ model: toyGan, images, device, training, seed: 4 });
  const run = await openRun(directory, { ...options, findModel });
  expect(await model.values()).toEqual(await run.model.values());
  await run.close();
  await model.release();
});

test("a network that has grown is drawn as far as it has grown, not as far as on average", async () => {
  const config = { channels: [4], latent: 4, growing: true };
  const settings = { steps: 30, batchSize: 32, ema: 0.99 };
  const model = await trainModel({ model: "dcgan", images, device, config, training: settings });
  expect([...((await model.values()).get("buffers.generator.grown") ?? [])]).toEqual([1]);
  await model.release();
});
