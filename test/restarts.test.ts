import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it as test } from "vitest";
import { score } from "../src/core/capabilities/score.js";
import { binarise } from "../src/data/binarise.js";
import { type ImageSet, loadDataset, subset } from "../src/data/index.js";
import { openRun, trainRun } from "../src/runs/index.js";
import { readMetrics } from "../src/training/metrics-log.js";
import { runPaths } from "../src/training/run-directory.js";

const onCpu = { device: "cpu", threads: 1, host: "inline" } as const;
const RESTARTS = 6;

let folder: string;
let digits: ImageSet;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "figment-restarts-"));
  digits = subset(
    await loadDataset("digits"),
    Uint32Array.from({ length: 300 }, (_, i) => i),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const models = [
  ["gmm", { components: 8, covariance: "diagonal", init: "random" }, "none"],
  ["hmm", { states: 4, initialisation: "random" }, "none"],
  ["bernoulli-mixture", { components: 6 }, "fixed"],
] as const;

test.each(models)(
  "%s without validation images keeps its best start",
  async (model, config, mode) => {
    const out = join(folder, model);
    const { record } = await trainRun({
      ...onCpu,
      model,
      data: digits,
      out,
      validation: 0,
      config: { ...config, restarts: RESTARTS },
      training: { epochs: 12 },
      binarisation: { mode, seed: 0 },
      seed: 3,
    });
    const lines = (await readMetrics(runPaths(out).metrics)).filter(
      ({ split }) => split === "train",
    );
    const ends = Array.from({ length: RESTARTS }, (_, restart) => {
      const { metrics } = lines.filter((line) => line.metrics.restart === restart).at(-1)!;
      return metrics.loss;
    });
    // Otherwise any start would do.
    expect(ends.at(-1)).toBeGreaterThan(Math.min(...ends) + 0.01);
    const { best } = record.progress;
    expect(best?.metric).toBe("train.loss");
    // The loss of a pass is that of the parameters before it, which the pass makes no worse.
    expect(best?.value).toBeLessThanOrEqual(Math.min(...ends));

    const run = await openRun(out, onCpu);
    const images = binarise(digits, { mode, seed: 0 });
    const { value } = await score(run.model, images);
    // The loss of the others has a prior besides.
    if (model === "gmm") expect(value).toBeCloseTo(best!.value, 3);
    else expect(value).toBeLessThan(ends.at(-1)!);
    await run.close();
  },
);
