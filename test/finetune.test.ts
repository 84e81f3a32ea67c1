import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError, UnavailableError } from "../src/core/errors.js";
import { saveImage } from "../src/data/index.js";
import { type FinetuneOptions, finetune, trainRun } from "../src/runs/index.js";

let folder: string;
let run: string;
const computing = { device: "cpu", host: "inline" } as const;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-finetune-"));
  run = join(folder, "dae");
  await trainRun({
    ...computing,
    model: "dae",
    data: "digits",
    config: { architecture: "mlp", hidden: [64], latent: 32, level: 0.2 },
    training: { epochs: 30, batchSize: 64, learningRate: 2e-3 },
    out: run,
    seed: 3,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("on the codes of a denoising autoencoder", () => {
  const options: FinetuneOptions = {
    ...computing,
    labels: [20, 200],
    seeds: 3,
    steps: 150,
    learningRate: 3e-3,
  };

  test("every way beats chance, and more labels beat fewer", async () => {
    const reports: number[] = [];
    const { rows, protocol } = await finetune(run, {
      ...options,
      onProgress: (done, total) => {
        expect(total).toBe(2 * 4 * 3 * 150);
        reports.push(done);
      },
    });
    expect(rows.map(({ labels, way }) => [labels, way])).toEqual(
      [20, 200].flatMap((labels) =>
        ["frozen", "fine-tuned", "scratch", "pixels"].map((way) => [labels, way]),
      ),
    );
    for (const { error, perSeed } of rows) {
      expect(perSeed).toHaveLength(3);
      expect(error.mean).toBeLessThan(0.6);
      expect(error.low).toBeLessThanOrEqual(error.mean);
      expect(error.high).toBeGreaterThanOrEqual(error.mean);
    }
    for (let way = 0; way < 4; way++) {
      expect(rows[4 + way].error.mean).toBeLessThan(rows[way].error.mean);
    }
    for (const row of rows) {
      const scratch = rows.find(({ labels, way }) => labels === row.labels && way === "scratch");
      if (row === scratch) expect(row.gain).toBeUndefined();
      else expect(row.gain?.mean).toBeCloseTo((scratch?.error.mean ?? 0) - row.error.mean, 12);
    }
    expect(reports.at(-1)).toBe(2 * 4 * 3 * 150);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
    expect(protocol).toMatchObject({ seeds: 3, steps: 150, split: "test" });
  });

  test("the same seeds give the same errors, and a frozen encoder is not that of another run", async () => {
    const asked = { ...options, labels: [30], seeds: 2, steps: 20 };
    const [first, again] = [
      await finetune(run, asked),
      await finetune(run, { ...asked, labels: [30, 30] }),
    ];
    expect(again.rows).toEqual(first.rows);
    for (const { error } of first.rows) {
      expect(error.low).toBeGreaterThanOrEqual(0);
      expect(error.high).toBeLessThanOrEqual(1);
    }
    const [frozen, , scratch] = first.rows;
    expect(frozen.perSeed).not.toEqual(scratch.perSeed);
  });
});

test("classes that only training shows do not shift those of the test images", async () => {
  const images = join(folder, "shades");
  const greys = { dark: 0.1, grey: 0.5, light: 0.9 };
  for (const [name, grey] of Object.entries(greys)) {
    for (const split of name === "dark" ? ["train"] : ["train", "test"]) {
      await mkdir(join(images, split, name), { recursive: true });
      for (let at = 0; at < 12; at++) {
        const pixels = Float32Array.from(
          { length: 64 },
          (_, pixel) => grey + ((pixel + at) % 7) / 90,
        );
        const shape = { channels: 1, height: 8, width: 8 };
        await saveImage(join(images, split, name, `${at}.png`), pixels, shape);
      }
    }
  }
  const out = join(folder, "of-shades");
  const config = { architecture: "mlp", hidden: [16], latent: 4 };
  await trainRun({
    ...computing,
    model: "ae",
    data: images,
    config,
    training: { steps: 100 },
    out,
  });
  const asked = { ...computing, labels: [36], seeds: 2, steps: 300, learningRate: 1e-2 };
  const { rows } = await finetune(out, asked);
  const tuned = rows.find(({ way }) => way === "fine-tuned");
  expect(tuned?.error.mean).toBeLessThan(0.05);
});

describe("refuses", () => {
  test.each([
    [{ labels: [9] }, ConfigError, /9 labelled images are fewer than the 10 classes/],
    [{ labels: [100_000] }, DataError, /100000 labels take 10000 images of the class/],
    [{ labels: [10], probe: 1 }, ConfigError, /the share of the probe must be .* below 1, not 1/],
    [{ labels: [10], seeds: 1 }, ConfigError, /the number of seeds must be a whole number ≥ 2/],
  ])("%j", async (options, type, message) => {
    const asked = finetune(run, { ...computing, ...options });
    await expect(asked).rejects.toThrow(type);
    await expect(asked).rejects.toThrow(message);
  });

  test("a run that does not encode", async () => {
    const asked = finetune("zoo:bernoulli-mixture-mnist", { ...computing, labels: [100] });
    await expect(asked).rejects.toThrow(UnavailableError);
  });
});
