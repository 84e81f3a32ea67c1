import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { figure } from "../src/cli/format.js";
import { arraySet, type ImageSet, readImages, subset } from "../src/data/image-set.js";
import { loadDataset, writeNpy } from "../src/data/index.js";
import { cmmd } from "../src/metrics/cmmd.js";
import { withBlur, withNoise } from "../src/metrics/digits.testing.js";
import { chosenFeatures, FeatureSet, type Features } from "../src/metrics/features.js";
import { frechetDistance } from "../src/metrics/frechet-distance.js";
import { frechetInfinity } from "../src/metrics/frechet-infinity.js";
import { kernelDistance } from "../src/metrics/kernel-distance.js";
import { authenticity } from "../src/metrics/memorisation/authenticity.js";
import { copyingTest } from "../src/metrics/memorisation/copying-test.js";
import { nearestTraining } from "../src/metrics/memorisation/nearest-training.js";
import { mind } from "../src/metrics/mind.js";
import { FeatureMoments } from "../src/metrics/moments.js";
import { precisionRecall } from "../src/metrics/precision-recall.js";
import { evaluate } from "../src/runs/index.js";
import { openExtractor, overParts } from "../src/runs/open-extractor.js";
import { stream } from "../src/runtime/random.js";

/*
 * The embedded digits, 1,437 of training and 360 of test, seen by zoo:classifier-mnist, which was trained on
 * others. What a change does to them is known.
 */

const COUNT = 360;
const SIZE = 64;
const positions = (from: number, to: number) =>
  Uint32Array.from({ length: to - from }, (_, at) => from + at);

let training: Features;
let heldOut: Features;
const sets: Record<string, readonly Features[]> = {};

interface Settings {
  readonly threads?: number;
  readonly batchSize?: number;
}

async function described(set: ImageSet, { threads = 2, batchSize }: Settings = {}) {
  const options = { host: "inline", threads } as const;
  const through = await openExtractor("zoo:classifier-mnist", set, options);
  const features = new FeatureSet(through.extractor.length);
  for (let first = 0; first < set.count; first += batchSize ?? set.count) {
    const size = Math.min(batchSize ?? set.count, set.count - first);
    const part = subset(set, positions(first, first + size));
    for await (const { batch } of overParts([part], through)) {
      features.add({ ...batch, first: first + batch.first });
    }
  }
  await through.close();
  return features.result();
}

let test360: ImageSet;

beforeAll(async () => {
  test360 = await loadDataset("digits", { split: "test" });
  const { pixelsUnit } = await readImages(test360);
  expect(pixelsUnit).toHaveLength(COUNT * SIZE);
  training = await described(await loadDataset("digits", { split: "train" }));
  heldOut = await described(test360);
  const pixels = Float64Array.from(pixelsUnit);
  const changed = async (values: Float64Array) => {
    const place = { name: "changed", source: "changed", split: "test" };
    const shape = { channels: 1, height: 8, width: 8 };
    return described(arraySet({ ...place, ...shape }, Float32Array.from(values)));
  };
  const labels = test360.annotations?.class?.values ?? new Int32Array();
  const ofClasses = (classes: number) => {
    const kept = positions(0, COUNT).filter((image) => labels[image] < classes);
    return chosenFeatures(
      heldOut,
      positions(0, COUNT).map((at) => kept[at % kept.length]),
    );
  };
  sets.noise = [heldOut];
  sets.blur = [heldOut];
  for (const share of [0.15, 0.3, 0.6]) {
    sets.noise = [...sets.noise, await changed(withNoise(pixels, share))];
  }
  for (const times of [1, 2, 4]) {
    sets.blur = [...sets.blur, await changed(withBlur(pixels, times))];
  }
  sets.classes = [10, 7, 4, 1].map(ofClasses);
}, 60_000);

const moments = (features: Features) => {
  const gathered = new FeatureMoments(features.width);
  gathered.add({ first: 0, values: features.values });
  return gathered.result();
};

const distances: Record<string, (fake: Features) => number> = {
  "Fréchet distance": (fake) => frechetDistance(moments(training), moments(fake)).value,
  "Fréchet distance at infinity": (fake) => frechetInfinity(moments(training), fake).value,
  "kernel distance": (fake) => kernelDistance(training, fake, { subsets: 5 }).value,
  CMMD: (fake) => cmmd(training, fake, 10).value,
  MIND: (fake) => mind(training, fake, { directions: 100 }).value,
};

describe.each(Object.entries(distances))("%s of real digits by a classifier", (_, distance) => {
  test.each(["noise", "blur", "classes"])("rises with %s", (change) => {
    const values = sets[change].map(distance);
    for (let at = 1; at < values.length; at++) expect(values[at]).toBeGreaterThan(values[at - 1]);
  });
});

describe("manifolds of real digits by a classifier", () => {
  const falls = (change: string, figure: "precision" | "recall" | "density" | "coverage") => {
    const values = sets[change].map((fake) => precisionRecall(training, fake)[figure]);
    for (let at = 1; at < values.length; at++) expect(values[at]).toBeLessThan(values[at - 1]);
  };

  test("have less recall and coverage as classes are dropped", () => {
    falls("classes", "recall");
    falls("classes", "coverage");
  });

  test("have less precision and density as noise is added", () => {
    falls("noise", "precision");
    falls("noise", "density");
  });
});

describe("copies of training digits, by a classifier", () => {
  test("are praised by the Fréchet distance, and caught by every measure of copying", () => {
    const copies = chosenFeatures(training, stream(2, "copies").permutation(1437).subarray(0, 180));
    const fresh = chosenFeatures(heldOut, positions(0, 180));
    const others = chosenFeatures(heldOut, positions(180, 360));
    const distance = distances["Fréchet distance"];
    expect(distance(copies)).toBeLessThan(distance(fresh));
    expect(nearestTraining(training, copies).copies).toBe(1);
    expect(nearestTraining(training, fresh).copies).toBeLessThan(0.5);
    expect(authenticity(training, copies)).toBe(0);
    expect(authenticity(training, fresh)).toBeGreaterThan(35);
    expect(copyingTest(training, others, copies).value).toBeLessThan(-3);
    expect(Math.abs(copyingTest(training, others, fresh).value)).toBeLessThan(3);
  });
});

describe("no printed digit of a figure changes", () => {
  const figures = (fake: Features) =>
    [
      distances["Fréchet distance"](fake),
      distances["kernel distance"](fake),
      ...Object.values(precisionRecall(training, fake)).filter(
        (value) => typeof value === "number",
      ),
      nearestTraining(training, fake).copies,
      authenticity(training, fake),
    ].map(figure);

  test.each<[string, Settings]>([
    ["one thread", { threads: 1 }],
    ["three threads", { threads: 3 }],
    ["batches of 7", { batchSize: 7 }],
    ["single images", { batchSize: 1, threads: 1 }],
  ])("with %s", async (_, settings) => {
    const found = await described(test360, settings);
    expect(figures(found)).toEqual(figures(heldOut));
  });

  test("by figment evaluate with other threads", async () => {
    const folder = await mkdtemp(join(tmpdir(), "figment-digits-"));
    const file = join(folder, "images.npy");
    await writeNpy(file, (await readImages(test360)).pixelsUnit, [COUNT, 1, 8, 8]);
    const printed = async (threads: number) => {
      const extractor = "zoo:classifier-mnist";
      const options = { host: "inline", real: "digits", extractor, count: 100, threads } as const;
      const [{ figures }] = await evaluate([file], options);
      return figures.map(({ figure: name, value, floor }) => [
        name,
        figure(value),
        floor && figure(floor),
      ]);
    };
    const [one, three] = [await printed(1), await printed(3)];
    await rm(folder, { recursive: true, force: true });
    expect(one.length).toBeGreaterThan(6);
    expect(three).toEqual(one);
  });

  test("when the images come in another order, where a figure has no subsets", () => {
    const order = stream(3, "order").permutation(COUNT);
    const turned = chosenFeatures(heldOut, order);
    const { value } = frechetDistance(moments(training), moments(turned));
    expect(value).toBe(frechetDistance(moments(training), moments(heldOut)).value);
    expect(precisionRecall(training, turned)).toEqual(precisionRecall(training, heldOut));
    expect(authenticity(training, turned)).toBe(authenticity(training, heldOut));
  });
});
