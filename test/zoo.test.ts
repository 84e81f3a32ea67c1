import { readFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { arraySet, type ImageSet, openRun, sample, score } from "../src/index.js";
import { runDirectory, zooNames } from "../src/runs/index.js";

/** Scores of the first 200 test images by an earlier commit; see reference/zoo.mjs. */
interface StoredScores {
  readonly versions: { readonly commit: string };
  readonly count: number;
  /** [count, 28, 28] binary pixels, eight a byte, in base64. */
  readonly bits: string;
  /** Mean over the images, by the name of the run. */
  readonly nllNats: Readonly<Record<string, number>>;
}

const stored: StoredScores = JSON.parse(
  readFileSync(new URL("../reference/zoo.json", import.meta.url), "utf8"),
);

/** The images that were scored. */
function scoredImages(): ImageSet {
  const bits = Buffer.from(stored.bits, "base64");
  const pixels = Uint8Array.from(
    { length: bits.length * 8 },
    (_, at) => (bits[at >> 3] >> (at & 7)) & 1,
  );
  const shape = { channels: 1, height: 28, width: 28, levels: 2 };
  return arraySet({ name: "mnist", source: "mnist", split: "test", ...shape }, pixels);
}

const LARGEST_BYTES = 4.5e6;

test("an unknown name is met with the closest known one", () => {
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

  test(`scores images as it did at commit ${stored.versions.commit}`, async () => {
    const run = await openRun(`zoo:${name}`, { host: "inline" });
    const { value } = await score(run.model, scoredImages(), { seed: 0, preview: true });
    await run.close();
    const expected = stored.nllNats[name];
    expect(Math.abs(value - expected)).toBeLessThan(1e-6 * expected);
  });
});
