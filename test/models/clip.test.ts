import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encode } from "../../src/core/capabilities/codes.js";
import {
  captionEmbeddings,
  captionProbabilities,
  captionWords,
  similarities,
} from "../../src/core/capabilities/match.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { ConfigError, UnavailableError } from "../../src/core/errors.js";
import { inMemory } from "../../src/core/images.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { decodeCaption } from "../../src/core/text.js";
import { type ImageSet, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { retrieval } from "../../src/metrics/retrieval.js";
import { ddpm } from "../../src/models/diffusion/ddpm/index.js";
import { clip } from "../../src/models/multimodal/clip/index.js";
import { sampleBest } from "../../src/runs/best-of.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { trainSmall } from "./train-small.js";

const AMONG = 20;
const STEPS = 120;

let device: Device;
let model: LoadedModel;
let images: ImageSet;
let texts: string[];

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  const config = { features: 16, channels: [8, 12, 16], text: 16, blocks: 1, heads: 2 };
  const train = await loadDataset("shapes", { split: "train", size: 16 });
  const fitting = { definition: clip, device, images: train, config, steps: STEPS, batchSize: 32 };
  model = await trainSmall(fitting);
  const test360 = await loadDataset("shapes", { split: "test", size: 16 });
  images = subset(
    test360,
    Array.from({ length: 100 }, (_, at) => at),
  );
  const {
    values = new Int32Array(),
    length = 0,
    vocabulary = [],
  } = images.annotations?.caption ?? {};
  texts = Array.from({ length: images.count }, (_, at) =>
    decodeCaption(values.subarray(at * length, (at + 1) * length), { vocabulary }),
  );
}, 120_000);
afterAll(async () => {
  await model.release();
  await device.close();
});

test("finds the caption of an image in combinations that training never shows", async () => {
  const ofImages = (await encode(model, images)).values;
  const ofCaptions = await captionEmbeddings(model, captionWords(model, texts));
  const { count, imageToCaption, captionToImage } = retrieval(ofImages, ofCaptions, texts, AMONG);
  // Chance is 5 %.
  expect(imageToCaption / count).toBeGreaterThan(0.25);
  expect(captionToImage / count).toBeGreaterThan(0.25);
});

test("cosines are those of the embeddings, and probabilities follow them", async () => {
  const captions = texts.slice(0, 3);
  const found = await similarities(model, images, captions);
  const ofImages = (await encode(model, images)).values;
  const ofCaptions = await captionEmbeddings(model, captionWords(model, captions));
  const width = 16;
  for (const [image, caption] of [
    [0, 0],
    [7, 2],
    [99, 1],
  ]) {
    let sum = 0;
    for (let at = 0; at < width; at++)
      sum += ofImages[image * width + at] * ofCaptions[caption * width + at];
    expect(found.cosines[image * 3 + caption]).toBeCloseTo(sum, 6);
    expect(Math.abs(sum)).toBeLessThanOrEqual(1 + 1e-6);
  }
  const probabilities = captionProbabilities(found);
  expect(probabilities[0] + probabilities[1] + probabilities[2]).toBeCloseTo(1, 12);
  const logOdds = Math.log(probabilities[0] / probabilities[1]);
  expect(logOdds).toBeCloseTo(found.scale * (found.cosines[0] - found.cosines[1]), 6);
});

describe("the best of several candidates", () => {
  let drawer: LoadedModel;
  beforeAll(async () => {
    const train = await loadDataset("shapes", { split: "train", size: 16 });
    const config = { channels: 8, blocks: 1, steps: 21, attention: [], captioned: true };
    const some = subset(train, [0, 1, 2, 3, 4, 5, 6, 7]);
    drawer = await trainSmall({
      definition: ddpm,
      device,
      images: some,
      config,
      steps: 2,
      batchSize: 4,
    });
  }, 60_000);
  afterAll(() => drawer.release());

  test("are those of all candidates that fit their captions best", async () => {
    const captions = texts.slice(0, 2);
    const [count, candidates] = [3, 4];
    const options = { seed: 2, options: { steps: 2 } };
    const condition = { caption: captions };
    const best = await sampleBest(drawer, model, { count, candidates, condition, ...options });
    const each = captions.flatMap((caption) => new Array<string>(candidates).fill(caption));
    const all = await sample(drawer, {
      count: count * candidates,
      condition: { caption: each },
      ...options,
    });
    const size = all.pixelsUnit.length / all.count;
    const found = await similarities(model, inMemory(all.pixelsUnit, all.count), captions);
    for (let image = 0; image < count; image++) {
      const cosines = Array.from(
        { length: candidates },
        (_, at) => found.cosines[(image * candidates + at) * 2 + (image % 2)],
      );
      const chosen = image * candidates + cosines.indexOf(Math.max(...cosines));
      expect(best.cosines[image]).toBeCloseTo(Math.max(...cosines), 6);
      expect(best.images.pixelsUnit.subarray(image * size, (image + 1) * size)).toEqual(
        all.pixelsUnit.subarray(chosen * size, (chosen + 1) * size),
      );
    }
  });

  test("are not drawn where nobody can judge them", async () => {
    const asked = { count: 1, candidates: 2, options: { steps: 1 } };
    const condition = { caption: [texts[0]] };
    await expect(sampleBest(drawer, drawer, { ...asked, condition })).rejects.toThrow(
      UnavailableError,
    );
    await expect(sampleBest(drawer, model, asked)).rejects.toThrow(/by a caption/);
    await expect(
      sampleBest(drawer, model, { ...asked, condition: { caption: ["a purple walrus"] } }),
    ).rejects.toThrow(/walrus/);
    await expect(sampleBest(drawer, model, { ...asked, condition, candidates: 0 })).rejects.toThrow(
      ConfigError,
    );
  });
});
