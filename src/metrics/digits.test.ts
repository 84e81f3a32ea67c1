import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { cmmd } from "./cmmd.js";
import { withBlur, withNoise } from "./digits.testing.js";
import { chosenFeatures, type Features } from "./features.js";
import { frechetDistance } from "./frechet-distance.js";
import { frechetInfinity } from "./frechet-infinity.js";
import { kernelDistance } from "./kernel-distance.js";
import { authenticity } from "./memorisation/authenticity.js";
import { copyingTest } from "./memorisation/copying-test.js";
import { nearestTraining } from "./memorisation/nearest-training.js";
import { mind } from "./mind.js";
import { FeatureMoments } from "./moments.js";
import { precisionRecall } from "./precision-recall.js";
import { whole } from "./reference.testing.js";

/** The embedded digits: 1,437 of training and 360 of test, 8 × 8 pixels with 17 grey levels. */
const unzipped = (name: string) =>
  gunzipSync(readFileSync(new URL(`../../assets/digits/${name}.gz`, import.meta.url)));
const labels = unzipped("digits-labels-idx1-ubyte").subarray(8);
const all: Features = {
  count: 1797,
  width: 64,
  values: Float64Array.from(
    unzipped("digits-images-idx3-ubyte").subarray(16),
    (level) => level / 16,
  ),
};
const positions = (from: number, to: number) =>
  Uint32Array.from({ length: to - from }, (_, at) => from + at);
const training = chosenFeatures(all, positions(0, 1437));
const held = positions(1437, 1797);
const heldOut = chosenFeatures(all, held);

const changed = (values: Float64Array): Features => ({ ...heldOut, values });
const noisy = (share: number) => changed(withNoise(heldOut.values, share));
const blurred = (times: number) => changed(withBlur(heldOut.values, times));

/** As many images, but of the first classes only. */
function ofClasses(classes: number): Features {
  const kept = held.filter((image) => labels[image] < classes);
  return chosenFeatures(
    all,
    held.map((_, at) => kept[at % kept.length]),
  );
}

const moments = (features: Features) => {
  const gathered = new FeatureMoments(features.width);
  gathered.add(whole(features));
  return gathered.result();
};
const ofTraining = moments(training);

const distances: Record<string, (fake: Features) => number> = {
  "Fréchet distance": (fake) => frechetDistance(ofTraining, moments(fake)).value,
  "Fréchet distance at infinity": (fake) => frechetInfinity(ofTraining, fake).value,
  "kernel distance": (fake) => kernelDistance(training, fake, { subsets: 20 }).value,
  CMMD: (fake) => cmmd(training, fake, 2).value,
  MIND: (fake) => mind(training, fake, { directions: 200 }).value,
};

describe.each(Object.entries(distances))("%s on real digits", (_, distance) => {
  test.each([
    ["noise", [0, 0.1, 0.2, 0.4].map(noisy)],
    ["blur", [0, 1, 2, 4].map(blurred)],
    ["dropped classes", [10, 7, 4, 1].map(ofClasses)],
  ])("rises with %s", (_, sets) => {
    const values = sets.map(distance);
    for (let at = 1; at < values.length; at++) expect(values[at]).toBeGreaterThan(values[at - 1]);
  });
});

describe("manifolds of real digits", () => {
  test("recall and coverage fall as classes are dropped, precision does not", () => {
    const results = [10, 7, 4, 1].map((classes) => precisionRecall(training, ofClasses(classes)));
    for (let at = 1; at < results.length; at++) {
      expect(results[at].recall).toBeLessThan(results[at - 1].recall);
      expect(results[at].coverage).toBeLessThan(results[at - 1].coverage);
      expect(results[at].precision).toBeGreaterThan(0.9 * results[0].precision);
    }
  });

  test("precision and density fall with noise", () => {
    const results = [0, 0.1, 0.2, 0.4].map((share) => precisionRecall(training, noisy(share)));
    for (let at = 1; at < results.length; at++) {
      expect(results[at].precision).toBeLessThan(results[at - 1].precision);
      expect(results[at].density).toBeLessThan(results[at - 1].density);
    }
  });
});

describe("copies of the training digits", () => {
  const copies = chosenFeatures(training, positions(0, 360));
  const fresh = chosenFeatures(heldOut, positions(0, 180));
  const test180 = chosenFeatures(heldOut, positions(180, 360));

  test("are praised by the Fréchet distance", () => {
    const { value } = frechetDistance(ofTraining, moments(copies));
    expect(value).toBeLessThan(distances["Fréchet distance"](heldOut));
    expect(frechetDistance(ofTraining, moments(training)).value).toBeLessThan(1e-12);
  });

  test("are caught by every measure of copying", () => {
    expect(nearestTraining(training, copies).copies).toBe(1);
    expect(nearestTraining(training, fresh).copies).toBeLessThan(0.1);
    expect(authenticity(training, copies)).toBe(0);
    expect(authenticity(training, fresh)).toBeGreaterThan(35);
    expect(copyingTest(training, test180, copies).value).toBeLessThan(-8);
    expect(Math.abs(copyingTest(training, test180, fresh).value)).toBeLessThan(3);
  });
});
