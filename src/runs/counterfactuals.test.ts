import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Images } from "../core/images.js";
import { type Avatar, avatarAt, withChanges } from "../data/avatars/counterfactual.js";
import { type Face, formsOf } from "../data/avatars/face.js";
import { readImages } from "../data/image-set.js";
import type { ImageSet } from "../data/index.js";
import { loadDataset } from "../data/load-dataset.js";
import { counterfactualFigures } from "./counterfactuals.js";

const COUNT = 12;
let cacheDir: string;
let set: ImageSet;
let avatars: Avatar[];

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "figment-counterfactuals-"));
  set = await loadDataset(`avatars:size=32:count=${COUNT}`, { cacheDir });
  avatars = await Promise.all(Array.from({ length: COUNT }, (_, index) => avatarAt(set, index)));
}, 60_000);
afterAll(() => rm(cacheDir, { recursive: true, force: true }));

/** What a generator would give that turns each face into another one. */
async function drawn(change: (face: Face) => Face): Promise<Images> {
  const { channels, height, width } = set;
  const pixels = await Promise.all(avatars.map(({ face, draw }) => draw(change(face))));
  const pixelsUnit = Float32Array.from(pixels.flatMap((each) => [...each]));
  return { count: COUNT, channels, height, width, pixelsUnit };
}

const worn = { glasses: 1 };
const withGlasses = (face: Face) => withChanges(face, [{ attribute: "glasses", present: true }]);

test("the exact face reaches what is asked without error, and leaves the others", async () => {
  const figures = await counterfactualFigures(set, await drawn(withGlasses), worn);
  expect(figures).toMatchObject({ error: 0, formError: 0 });
  expect(figures?.reached.share).toBe(1);
  expect(figures?.othersUnchanged?.share).toBe(1);
});

test("another kind of glasses is as right, though not the exact image", async () => {
  const otherKind = (face: Face) =>
    formsOf(withGlasses(face), "glasses").filter(
      ({ variants }) => variants.glasses !== face.variants.glasses,
    )[0];
  const figures = await counterfactualFigures(set, await drawn(otherKind), worn);
  expect(figures?.reached.share).toBe(1);
  expect(figures?.othersUnchanged?.share).toBe(1);
  expect(figures?.formError).toBe(0);
  expect(figures?.error).toBeGreaterThan(0);
});

test("unchanged images reach nothing, and a changed beard is not left as it is", async () => {
  const { pixelsUnit } = await readImages(set);
  const { channels, height, width } = set;
  const same = { count: COUNT, channels, height, width, pixelsUnit };
  const unchanged = await counterfactualFigures(set, same, worn);
  expect(unchanged?.reached.share).toBe(0);
  expect(unchanged?.error).toBe(unchanged?.identityError);
  const shaved = (face: Face) =>
    withChanges(withGlasses(face), [
      { attribute: "beard", present: !face.attributes.has("beard") },
    ]);
  const spilt = await counterfactualFigures(set, await drawn(shaved), worn);
  expect(spilt?.reached.share).toBe(1);
  expect(spilt?.othersUnchanged?.share).toBeLessThan(1);
});

test("every form of a trait looks different, and a colour has one", async () => {
  const { face, draw } = avatars[0];
  const sizes = { glasses: 5, beard: 2, smile: 6, "long hair": 12, flower: 1, "red hair": 1 };
  for (const [attribute, count] of Object.entries(sizes)) {
    const changed = withChanges(face, [{ attribute, present: true }]);
    const pixels = await Promise.all(formsOf(changed, attribute).map(draw));
    expect(new Set(pixels.map((each) => each.join())).size, attribute).toBe(count);
  }
});
