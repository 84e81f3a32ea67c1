import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binarise, type ImageSet, loadDataset } from "../../src/data/index.js";
import { models } from "../../src/models/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { checkModel } from "./check-model.js";

/** Configurations that reach what a model's defaults leave out. */
const variants: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  vae: [
    { hidden: [32, 16], latent: 3, activation: "gated", beta: 0.5, warmup: 10 },
    { architecture: "conv", channels: [4, 6], hidden: [], latent: 3 },
    { architecture: "conv", channels: [4], activation: "gated", likelihood: "gaussian", std: 0 },
    { hidden: [], latent: 2, likelihood: "gaussian" },
  ],
};

let device: Device;
let images: ImageSet;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
});

afterAll(() => device.close());

describe.each(models.map((definition) => [definition.id, definition] as const))(
  "%s keeps the contract",
  (id, definition) => {
    test.each([{}, ...(variants[id] ?? [])])("with %j", async (config) => {
      expect(await checkModel({ definition, config, images, device })).toEqual([]);
    });
  },
);
