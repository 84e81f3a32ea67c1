import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeCaption } from "../core/text.js";
import { readImages } from "./image-set.js";
import { writeNpy } from "./npy.js";
import { openPath } from "./open-path.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-arrays-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const captions = ["a cat", "a dog", "a dog in the rain"];
const given = { levels: 4, classes: { names: ["cat", "dog"], values: [0, 1, 1] }, captions };

/** An array of three images of one row and two pixels, with what stands beside it. */
async function written(name: string, beside: unknown, pixels = Uint8Array.of(0, 1, 2, 3, 0, 3)) {
  await writeNpy(join(folder, `${name}.npy`), pixels, [3, 1, 2]);
  await writeFile(join(folder, `${name}.json`), JSON.stringify(beside));
  return join(folder, `${name}.npy`);
}

test("levels, classes and captions come with an array, image by image", async () => {
  const set = await openPath(await written("annotated", given), "all");
  const { pixelsUnit } = await readImages(set);
  expect(set.levels).toBe(4);
  expect(Array.from(pixelsUnit, (value) => Math.round(3 * value))).toEqual([0, 1, 2, 3, 0, 3]);
  const { class: classes, caption } = set.annotations!;
  expect(Array.from(classes!.values, (value) => classes!.names[value])).toEqual([
    "cat",
    "dog",
    "dog",
  ]);
  const words = (at: number) =>
    caption!.values.subarray(at * caption!.length, (at + 1) * caption!.length);
  expect(captions.map((_, at) => decodeCaption(words(at), caption!))).toEqual(captions);
});

describe("what does not fit is refused by name", () => {
  test.each([
    ["pixels beyond the levels", { ...given, levels: 3 }, "it must be below 3"],
    ["another key", { ...given, labels: [1] }, "labels"],
    ["too few captions", { captions: captions.slice(1) }, "caption"],
    ["a caption of no words", { captions: ["a cat", " ", "a dog"] }, "no words"],
    ["too few classes", { classes: { names: ["cat"], values: [0] } }, "class"],
    ["a class without a name", { classes: { names: ["cat"], values: [0, 0, 1] } }, "class"],
    [
      "a class beyond 32 bits, which must not become another",
      { classes: { names: ["cat", "dog"], values: [0, 1, 2 ** 32 + 1] } },
      "classes.values.2",
    ],
    ["a caption of 1,025 words", { captions: ["a", "b", "a ".repeat(1025)] }, "caption 3 has 1025"],
    ["levels beyond a byte", { levels: 1000 }, "levels"],
  ])("%s", async (_, beside, message) => {
    const path = await written("refused", beside);
    await expect(openPath(path, "all")).rejects.toThrow(message);
  });

  test("text that is no JSON", async () => {
    const path = await written("broken", given);
    await writeFile(join(folder, "broken.json"), "{");
    await expect(openPath(path, "all")).rejects.toThrow(
      /broken\.json.*not JSON|not JSON.*broken\.json/s,
    );
  });

  test("levels of floats", async () => {
    const path = join(folder, "floats.npy");
    await writeNpy(path, Float32Array.of(0, 0.5, 1, 1, 0, 0.2), [3, 1, 2]);
    await writeFile(join(folder, "floats.json"), JSON.stringify({ levels: 4 }));
    await expect(openPath(path, "all")).rejects.toThrow("floats");
  });
});
