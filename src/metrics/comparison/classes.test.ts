import { expect, test } from "vitest";
import { modes } from "./classes.js";
import type { DescribedSet } from "./comparison.js";

const CLASSES = 10;

/** Images that a classifier is certain of. */
function certain(classes: readonly number[]): DescribedSet {
  const probs = new Float32Array(classes.length * CLASSES);
  classes.forEach((c, image) => {
    probs[image * CLASSES + c] = 1;
  });
  return {
    features: { count: classes.length, width: 1, values: new Float64Array(classes.length) },
    probs,
  };
}

const each = Array.from({ length: 200 }, (_, image) => image % CLASSES);
const shape = { channels: 1, height: 8, width: 8 };
const options = { seed: 0, intervals: true };
/** Real images by chance without the last class. */
const real = certain(each.filter((c) => c !== 9));

test("modes are counted among all classes, and by the data's shares where they are known", () => {
  const classShares = new Float64Array(CLASSES).fill(100);
  const [found, kl] = modes.measure(
    { real, generated: certain(each), shape, classShares },
    options,
  );
  expect(found).toEqual({ figure: "modes found", value: 10, of: 10 });
  expect(kl.value).toBe(0);
  expect(kl.interval?.high).toBeGreaterThan(0);
});

test("a mode that no real image shows makes the KL infinite, which has no interval", () => {
  const [found, kl] = modes.measure({ real, generated: certain(each), shape }, options);
  expect(found).toEqual({ figure: "modes found", value: 10, of: 10 });
  expect(kl).toEqual({ figure: "KL of modes", value: Number.POSITIVE_INFINITY });
});
