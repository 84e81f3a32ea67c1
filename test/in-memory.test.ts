import { expect, test } from "vitest";
import type { Rows } from "../src/core/capabilities/preview.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../src/core/index.js";
import {
  ConfigError,
  encodeWeights,
  exportModel,
  findModel,
  loadDataset,
  openDevice,
  openWeights,
  RunError,
  sample,
  trainModel,
} from "../src/index.js";

test("a model trained in memory reports progress, and is stored and opened again bit for bit", async () => {
  const device = await openDevice({ host: "inline", threads: 1 });
  const lines: string[] = [];
  const drawn: Rows[] = [];
  const model = await trainModel({
    model: findModel("vae"),
    images: await loadDataset("digits"),
    device,
    config: { hidden: [16], latent: 2 },
    training: { epochs: 2 },
    onMetrics: ({ split }) => lines.push(split),
    onSamples: (pictures) => drawn.push(pictures),
  });
  expect(lines.filter((split) => split === "validation")).toHaveLength(2);
  expect(drawn.map(({ images }) => images.count)).toEqual([64, 64]);

  const bytes = await encodeWeights(model);
  const files = await exportModel(model, { name: "digits", facts: {}, scores: [] });
  expect(files.get("model.safetensors"), "an export holds the same file").toEqual(bytes);
  const again = await openWeights(bytes, device);
  expect(again.config).toEqual(model.config);
  expect(await sample(again, { count: 4 })).toEqual(await sample(model, { count: 4 }));

  const own = { ...findModel("vae"), id: "mine" };
  const mine = await trainModel({
    model: own,
    images: await loadDataset("digits"),
    device,
    config: { hidden: [16], latent: 2 },
    training: { steps: 1 },
  });
  const stored = await encodeWeights(mine);
  await expect(openWeights(stored, device)).rejects.toThrow(/no model "mine"/);
  const opened = await openWeights(stored, device, { findModel: () => own });
  expect(await opened.values()).toEqual(await mine.values());
  await device.close();
});

test("weights of unknown origin are refused, with a remedy", async () => {
  const device = await openDevice({ host: "inline", threads: 1 });
  const data = Float32Array.of(1);
  const tensors = new Map([["w", { dtype: "F32" as const, shape: [1], data }]]);
  const refusal = expect(openWeights(encodeSafetensors({ tensors, metadata: {} }), device)).rejects;
  await refusal.toThrow(RunError);
  await refusal.toThrow(/cannot tell the model of.*figment export/s);
  await device.close();
});

/** Opens weights from bytes after a change that a third party could have made. */
async function openChanged(
  model: string,
  change: (tensors: Map<string, StoredTensor>) => void,
): Promise<unknown> {
  const device = await openDevice({ host: "inline", threads: 1 });
  try {
    const trained = await trainModel({
      model,
      images: await loadDataset("digits"),
      device,
      ...(model === "vae" && { config: { hidden: [8], latent: 2 } }),
      training: { epochs: 1 },
    });
    const { tensors, metadata } = decodeSafetensors(await encodeWeights(trained));
    const changed = new Map(tensors);
    change(changed);
    await openWeights(encodeSafetensors({ tensors: changed, metadata }), device);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await device.close();
  }
}

/** Puts a value at index 0 of the tensor whose name ends with `end`. */
const with1 = (end: string, value: number) => (tensors: Map<string, StoredTensor>) => {
  const [name, tensor] = [...tensors].find(([name]) => name.endsWith(end))!;
  const data = (tensor.data as Float32Array | Float64Array).slice();
  data[0] = value;
  tensors.set(name, { ...tensor, data });
};

test.each([
  ["vae", ".weight", Number.NaN],
  ["vae", ".bias", Number.POSITIVE_INFINITY],
  ["vae", ".bias", Number.NEGATIVE_INFINITY],
  ["independent", "logProbs", Number.NaN],
  ["independent", "logProbs", Number.POSITIVE_INFINITY],
  ["markov", "logProbs", Number.NaN],
  ["gaussian", "means", Number.NaN],
] as const)("weights of %s whose %s holds %d are refused", async (model, end, value) => {
  const error = await openChanged(model, with1(end, value));
  expect(error).toBeInstanceOf(RunError);
  expect((error as Error).message).toMatch(`it has ${value} at index 0 of "parameters.`);
});

test("the logarithm of a probability may be that of 0", async () => {
  expect(await openChanged("markov", with1("logProbs", Number.NEGATIVE_INFINITY))).toBeUndefined();
});

test("weights of another shape with as many elements are refused, and those of another type", async () => {
  const turned = await openChanged("vae", (tensors) => {
    for (const [name, tensor] of tensors) {
      tensors.set(name, { ...tensor, shape: [...tensor.shape].reverse() });
    }
  });
  expect(turned).toBeInstanceOf(RunError);
  expect((turned as Error).message).toMatch(/as F32 \[\d+,\d+\] instead of float32 \[\d+,\d+\]/);
  const wider = await openChanged("vae", (tensors) => {
    for (const [name, { shape, data }] of tensors) {
      tensors.set(name, { dtype: "F64", shape, data: Float64Array.from(data as Float32Array) });
    }
  });
  expect((wider as Error).message).toMatch(/as F64 .* instead of float32/);
});

test("training stops at a signal and when a callback throws, and does not begin with wrong options", async () => {
  const device = await openDevice({ host: "inline", threads: 1 });
  const images = await loadDataset("digits");
  const stop = new AbortController();
  let steps = 0;
  const request = { model: "vae", images, device, config: { hidden: [8], latent: 2 } };
  await trainModel({
    ...request,
    signal: stop.signal,
    onProgress({ step }) {
      steps = step;
      if (step === 3) stop.abort();
    },
  });
  expect(steps).toBe(3);
  const failing = trainModel({
    ...request,
    onProgress() {
      throw new Error("no more");
    },
  });
  await expect(failing).rejects.toThrow("no more");
  for (const wrong of [{ seed: 0.5 }, { validation: -0.1 }, { validation: Number.NaN }]) {
    await expect(trainModel({ ...request, ...wrong })).rejects.toThrow(ConfigError);
  }
  await device.close();
});
