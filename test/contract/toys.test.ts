import { afterAll, beforeAll, expect, test } from "vitest";
import { binarise, type ImageSet, loadDataset } from "../../src/data/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { checkModel } from "./check-model.js";
import { toyGan } from "./toy-gan.testing.js";

let device: Device;
let images: ImageSet;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
});

afterAll(() => device.close());

test("toy-gan keeps the contract", async () => {
  expect(await checkModel({ definition: toyGan, images, device })).toEqual([]);
});
