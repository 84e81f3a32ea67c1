import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  classify,
  decodeWeights,
  encode,
  encodeWeights,
  type LoadedModel,
  type ModelDefinition,
  sample,
} from "../src/core/index.js";
import { hashOf } from "../src/core/part.js";
import { binarise, type ImageSet, loadDataset } from "../src/data/index.js";
import { trainModel } from "../src/in-memory.js";
import { findModel as findRegistered } from "../src/models/index.js";
import { openRun, resumeTraining, trainRun } from "../src/runs/index.js";
import { openDevice, type StateValues } from "../src/runtime/index.js";
import { readRun } from "../src/training/index.js";
import { toyPrior, toyProbe } from "./contract/toy-parts.testing.js";

/*
 * Runs that are made with others, which are made with others again: a classifier of the codes of a prior,
 * which is made with a variational autoencoder. Each run stands alone once it is begun.
 */

const options = { host: "inline", threads: 1 } as const;
const toys: readonly ModelDefinition[] = [toyPrior, toyProbe];
const findModel = (id: string) => toys.find((toy) => toy.id === id) ?? findRegistered(id);

let folder: string;
let images: ImageSet;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-parts-"));
  images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
  const common = { ...options, data: images, findModel, seed: 3 };
  const training = { steps: 20, batchSize: 50 };
  const config = { hidden: [12], latent: 3 };
  await trainRun({ ...common, model: "vae", config, training, out: at("vae") });
  await trainRun({
    ...common,
    model: "toy-prior",
    parts: { autoencoder: at("vae") },
    training,
    out: at("prior"),
  });
  for (const tune of [false, true]) {
    await trainRun({
      ...common,
      model: "toy-probe",
      config: { tune },
      parts: { encoder: at("prior") },
      training,
      out: at(tune ? "tuned" : "frozen"),
    });
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function withRun<R>(name: string, work: (model: LoadedModel) => Promise<R>): Promise<R> {
  const run = await openRun(at(name), { ...options, findModel });
  try {
    return await work(run.model);
  } finally {
    await run.close();
  }
}

const valuesOf = (name: string) => withRun(name, (model) => model.values());

/** Values under a prefix, without it. */
const within = (values: StateValues, prefix: string) =>
  new Map(
    [...values]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );

describe("a part", () => {
  test("is copied into the run, and stays as it was where no step trains it", async () => {
    const [vae, prior, frozen] = [
      await valuesOf("vae"),
      await valuesOf("prior"),
      await valuesOf("frozen"),
    ];
    const ofPart = within(prior, "parameters.autoencoder.");
    expect(ofPart.size).toBeGreaterThan(0);
    for (const [name, value] of ofPart) expect(vae.get(`parameters.${name}`)).toEqual(value);
    // The prior draws with the decoder, which none of its steps uses; the classifier only encodes.
    expect([...ofPart.keys()].some((name) => name.startsWith("decoder."))).toBe(true);
    const nested = within(frozen, "parameters.encoder.");
    expect([...nested.keys()].every((name) => name.startsWith("autoencoder.encoder."))).toBe(true);
    for (const [name, value] of nested) expect(prior.get(`parameters.${name}`)).toEqual(value);
  });

  test("is trained further from where it was, where a step trains it", async () => {
    const [prior, tuned] = [await valuesOf("prior"), await valuesOf("tuned")];
    const [before, after] = [
      within(prior, "parameters.autoencoder.encoder."),
      within(tuned, "parameters.encoder.autoencoder.encoder."),
    ];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    const moved = [...after].filter(([name, value]) => {
      const from = before.get(name) as Float32Array;
      const distance = Math.max(...from.map((x, index) => Math.abs(Number(value[index]) - x)));
      // Twenty Adam steps of 0.05 go no further.
      expect(distance).toBeLessThan(1.01);
      return distance > 0;
    });
    expect(moved.length).toBeGreaterThan(0);
  });

  test("does what it does in its own run", async () => {
    const codes = (name: string) => withRun(name, (model) => encode(model, images));
    const expected = await codes("vae");
    expect(await codes("prior")).toEqual(expected);
    expect(await codes("frozen")).toEqual(expected);
    expect(await codes("tuned")).not.toEqual(expected);
  });

  test("is recorded with the hash of its weights, its steps, and parts of its own", async () => {
    const { parts } = await readRun(at("frozen"));
    expect(parts.encoder).toMatchObject({
      model: "toy-prior",
      origin: { run: at("prior"), step: 20, sha256: await hashOf(await valuesOf("prior")) },
      parts: {
        autoencoder: {
          model: "vae",
          config: { hidden: [12], latent: 3 },
          origin: { run: at("vae"), step: 20, sha256: await hashOf(await valuesOf("vae")) },
        },
      },
    });
  });
});

describe("once the runs of its parts are gone, a run", () => {
  const training = { steps: 20, batchSize: 50 };

  test("is used as before, and ends bit for bit where it would have ended", async () => {
    const stop = new AbortController();
    await trainRun({
      ...options,
      findModel,
      seed: 3,
      data: images,
      model: "toy-probe",
      config: { tune: true },
      parts: { encoder: at("prior") },
      training,
      out: at("interrupted"),
      signal: stop.signal,
      onProgress: ({ step }) => step === 7 && stop.abort(),
    });
    const before = await withRun("frozen", (model) => classify(model, images));
    const drawn = await withRun("prior", (model) => sample(model, { count: 3 }));
    await rm(at("vae"), { recursive: true });
    expect(await withRun("prior", (model) => sample(model, { count: 3 }))).toEqual(drawn);
    await rm(at("prior"), { recursive: true });
    expect(await withRun("frozen", (model) => classify(model, images))).toEqual(before);

    await resumeTraining(at("interrupted"), { ...options, findModel, images });
    const file = (name: string) =>
      readFile(join(at(name), "checkpoints/step-00000020.safetensors"));
    expect((await file("interrupted")).equals(await file("tuned"))).toBe(true);
  });
});

test("a model in memory is the part of another, as a run is", async () => {
  const device = await openDevice(options);
  const training = { steps: 20, batchSize: 50 };
  const common = { images, device, training, seed: 3 };
  const autoencoder = await trainModel({
    ...common,
    model: "vae",
    config: { hidden: [12], latent: 3 },
  });
  const prior = await trainModel({ ...common, model: toyPrior, parts: { autoencoder } });
  const values = await prior.values();
  const own = await autoencoder.values();
  for (const [name, value] of within(values, "parameters.autoencoder.")) {
    expect(own.get(`parameters.${name}`)).toEqual(value);
  }
  const stored = decodeWeights(await encodeWeights(prior));
  expect(new Map([...stored.tensors].map(([name, { data }]) => [name, data]))).toEqual(values);
  expect(stored.parts.autoencoder).toMatchObject({
    model: "vae",
    origin: { run: null, step: null, sha256: await hashOf(own) },
  });
  await device.close();
});
