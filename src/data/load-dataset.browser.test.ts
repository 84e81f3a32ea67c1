import { expect, test } from "vitest";
import { ConfigError } from "../core/errors.js";
import { readImages } from "./image-set.js";
import { datasets, loadDataset } from "./load-dataset.browser.js";
import { loadDataset as loadOnNode } from "./load-dataset.js";

test("a page draws the same images as Node, by the same names", async () => {
  expect(datasets.map(({ name }) => name)).toEqual([
    "digits",
    "scenes-digits",
    "shapes",
    "ring",
    "grid",
    "swiss-roll",
    "moons",
  ]);
  for (const name of ["shapes:seed=5:count=10", "scenes-digits:count=10", "moons:count=10"]) {
    const [inPage, onNode] = await Promise.all([loadDataset(name), loadOnNode(name)]);
    expect(inPage.annotations).toEqual(onNode.annotations);
    expect(await readImages(inPage)).toEqual(await readImages(onNode));
  }
  await expect(loadDataset("mnist")).rejects.toThrow(ConfigError);
  await expect(loadDataset("shapes:sed=5")).rejects.toThrow('did you mean "seed"?');
});
