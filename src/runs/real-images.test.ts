import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import { dataSpecOf, parseDataSpec } from "../data/data-spec.js";
import { readImages } from "../data/image-set.js";
import { loadDataset } from "../data/load-dataset.js";
import { writeNpy } from "../data/npy.js";
import { commonData, loadReal } from "./real-images.js";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-real-images-"));
  file = join(folder, "floats.npy");
  await writeNpy(file, new Float32Array(30 * 3 * 16).fill(0.1234), [30, 3, 4, 4]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("floats are compared in 256 levels, by their path as by what a run was trained on", async () => {
  const spec = dataSpecOf(await loadDataset(file));
  for (const source of [file, spec]) {
    const { real, unseen, training, heldOut } = await loadReal(source, "test");
    for (const set of [real, unseen, training, heldOut]) {
      expect(set?.levels).toBe(256);
      expect((await readImages(set!)).pixelsUnit[0]).toBe(Math.fround(31 / 255));
    }
  }
});

test("a run's likelihood is of floats as it was trained on them", async () => {
  const spec = dataSpecOf(await loadDataset(file));
  const { real, asTrained } = await loadReal(spec, "train", { channels: 1 });
  expect([real.channels, asTrained?.channels, asTrained?.count]).toEqual([1, 3, real.count]);
  expect((await readImages(asTrained!)).pixelsUnit[0]).toBe(Math.fround(0.1234));
  expect((await loadReal(file, "train")).asTrained).toBeUndefined();
});

test("runs have common data only where it was prepared alike", async () => {
  const plain = dataSpecOf(await loadDataset(file));
  const resize = { height: 4, width: 4 };
  const of = (more: object) => parseDataSpec({ ...plain, ...more });
  expect(commonData([plain, undefined, of({ name: "another" })])).toBe(plain);
  for (const [one, other] of [
    [of({ resize: { ...resize, fit: "cover" } }), of({ resize: { ...resize, fit: "fill" } })],
    [plain, of({ skipDamaged: true })],
  ]) {
    expect(() => commonData([one, other])).toThrow(ConfigError);
  }
});
