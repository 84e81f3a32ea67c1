import { expect, test } from "vitest";
import type { Rows } from "../src/core/capabilities/preview.js";
import { encodeSafetensors } from "../src/core/index.js";
import {
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

test("a model trained in memory is told of, stored and opened again bit for bit", async () => {
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
  await device.close();
});

test("weights of unknown origin are refused, with a remedy", async () => {
  const device = await openDevice({ host: "inline", threads: 1 });
  const data = Float32Array.of(1);
  const tensors = new Map([["w", { dtype: "F32" as const, shape: [1], data }]]);
  const refusal = expect(openWeights(encodeSafetensors({ tensors, metadata: {} }), device)).rejects;
  await refusal.toThrow(RunError);
  await refusal.toThrow(/does not say what model it is of.*figment export/s);
  await device.close();
});

test("training stops at a signal and when a callback throws", async () => {
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
  await device.close();
});
