import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRun, sample } from "../src/index.js";
import { runDirectory, zooNames } from "../src/runs/index.js";

const LARGEST_BYTES = 4.5e6;

test("an unknown name gets the closest known one as a suggestion", () => {
  expect(() => runDirectory("zoo:vae-mnits")).toThrow('did you mean "vae-mnist"?');
});

describe.each(zooNames())("zoo:%s", (name) => {
  test("is small, says how it was made, and draws images that are neither empty nor full", async () => {
    const directory = runDirectory(`zoo:${name}`);
    const files = await readdir(directory);
    expect(files).toEqual(expect.arrayContaining(["README.md", "run.json", "samples.png"]));
    const weights = await stat(join(directory, "checkpoints", "best.safetensors"));
    expect(weights.size).toBeLessThan(LARGEST_BYTES);

    const run = await openRun(`zoo:${name}`, { host: "inline" });
    const { pixelsUnit } = await sample(run.model, { count: 32, seed: 1 });
    await run.close();
    expect(run.warnings).toEqual([]);
    const ink = pixelsUnit.reduce((sum, value) => sum + value, 0) / pixelsUnit.length;
    expect(ink).toBeGreaterThan(0.05);
    expect(ink).toBeLessThan(0.3);
  });
});
