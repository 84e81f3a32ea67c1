/**
 * Writes zoo.json: the score of the first 200 MNIST test images under every run of the zoo, by the build
 * in a given checkout, together with the images, one bit a pixel, and their classes.
 *
 * Run it with the checkout whose figures are to be kept, built, and its commit:
 * node reference/zoo.mjs CHECKOUT COMMIT
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const COUNT = 200;
const [checkout, commit] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(resolve(checkout, "dist", file)).href);
const { loadDataset, openRun, score } = await load("index.js");
const { arraySet, binarise, subset, readImages } = await load("data/index.js");
const { zooNames } = await load("runs.js").catch(() => load("runs/index.js"));

const test = binarise(await loadDataset("mnist", { split: "test" }), { mode: "fixed", seed: 0 });
const first = subset(
  test,
  Array.from({ length: COUNT }, (_, index) => index),
);
const { pixelsUnit } = await readImages(first);
const shape = { name: "mnist", source: "mnist", count: COUNT, channels: 1, height: 28, width: 28 };
const images = arraySet({ ...shape, levels: 2 }, pixelsUnit);

const nllNats = {};
for (const name of zooNames()) {
  const run = await openRun(`zoo:${name}`, { device: "cpu", threads: 2 });
  if (run.model.model.capabilities.score === undefined) {
    await run.close();
    continue;
  }
  const { value, protocol } = await score(run.model, images, { seed: 0, preview: true });
  await run.close();
  nllNats[name] = value;
  console.log(name, value, JSON.stringify(protocol));
}

const bits = new Uint8Array(pixelsUnit.length / 8);
for (const [at, value] of pixelsUnit.entries()) bits[at >> 3] |= value << (at & 7);
const file = new URL("zoo.json", import.meta.url);
const versions = { commit, onnxruntime: "1.30.0", node: process.versions.node };
const classes = Array.from(first.annotations?.class.values ?? first.labels).join("");
const packed = Buffer.from(bits).toString("base64");
const fixture = { versions, count: COUNT, bits: packed, classes, nllNats };
writeFileSync(file, `${JSON.stringify(fixture)}\n`);
