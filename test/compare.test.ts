import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, score } from "../src/core/index.js";
import { loadDataset } from "../src/data/index.js";
import { compare, openRun, trainRun } from "../src/runs/index.js";

const device = { host: "inline", threads: 1 } as const;
let folder: string;
const at = (name: string) => join(folder, name);
const options = () => ({
  ...device,
  extractor: "pixels",
  count: 100,
  columns: 4,
  load: { cacheDir: at("cache") },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-compare-"));
  const data = await loadDataset("digits", { split: "train" });
  const training = { steps: 30 };
  const vae = { model: "vae", config: { hidden: [16], latent: 2 }, training };
  const fixed = { mode: "fixed", seed: 0 } as const;
  const common = { ...device, data, seed: 1 };
  await trainRun({ ...common, ...vae, binarisation: fixed, out: at("vae") });
  await trainRun({ ...common, ...vae, out: at("grey") });
  for (const components of [2, 10]) {
    await trainRun({
      ...common,
      model: "bernoulli-mixture",
      config: { components },
      training: { epochs: 10 },
      binarisation: fixed,
      out: at(`mixture-${components}`),
    });
  }
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("runs stand side by side, and a bound is not ranked against exact values", async () => {
  const names = [at("vae"), at("mixture-2"), at("mixture-10")];
  const found = await compare(names, options());
  expect(found.runs.map(({ run }) => run)).toEqual(names);
  expect(found.real.count).toBe(4);
  for (const { cost, samples, evaluation } of found.runs) {
    expect(samples.count).toBe(4);
    expect(cost.secondsPerImage).toBeGreaterThan(0);
    expect(cost.bytes).toBeGreaterThan(cost.parameters);
    expect(cost.trainingSeconds).toBeGreaterThan(0);
    expect(evaluation.figures.map(({ figure }) => figure)).toContain("Fréchet distance");
  }
  // A mixture of 2 has 2 shares and 2 · 64 probabilities.
  expect(found.runs[1].cost.parameters).toBe(2 + 2 * 64);
  const [{ images, exact, others }, ...more] = found.likelihoods;
  expect(more).toEqual([]);
  expect(images).toBe("100 of digits, test, 1×8×8, fixed binarisation, seed 0");
  expect(exact.map(({ run }) => run)).toEqual([at("mixture-10"), at("mixture-2")]);
  expect(exact[0].nats).toBeLessThan(exact[1].nats);
  expect(others.map(({ run, kind }) => [run, kind])).toEqual([[at("vae"), "bound"]]);
});

test("runs of other binarisation are refused, or told apart where the real images are named", async () => {
  const names = [at("vae"), at("grey")];
  const attempt = compare(names, options());
  await expect(attempt).rejects.toThrow(ConfigError);
  await expect(attempt).rejects.toThrow(/differently prepared.*--real/);
  const found = await compare(names, { ...options(), real: "digits" });
  expect(found.likelihoods.map(({ images }) => images)).toEqual([
    "100 of digits, test, 1×8×8, fixed binarisation, seed 0",
    "100 of digits, test, 1×8×8, not binarised",
  ]);
  // Each run scores images prepared as in its own training.
  const own = await openRun(at("grey"), device);
  const all = await score(own.model, await loadDataset("digits", { split: "test" }), { seed: 0 });
  await own.close();
  const ofSome = found.likelihoods[1].others[0].nats;
  expect(Math.abs(ofSome - all.value)).toBeLessThan(0.1 * Math.abs(all.value));
});

test("likelihoods of images of different sizes are not ranked together", async () => {
  const names = [4, 8].map((size) => at(`size-${size}`));
  for (const [place, size] of [4, 8].entries()) {
    const config = { components: 2 };
    const common = { ...device, model: "gmm", config, training: { epochs: 2 }, seed: 1 };
    await trainRun({ ...common, data: "digits", load: { size }, out: names[place] });
  }
  const metrics = ["fd", "nll"];
  const found = await compare(names, { ...options(), real: "digits", resize: true, metrics });
  expect(found.likelihoods.map(({ images, exact }) => [images, exact.length])).toEqual([
    ["100 of digits, test, 1×4×4, resized (cover), not binarised", 1],
    ["100 of digits, test, 1×8×8, resized (cover), not binarised", 1],
  ]);
});

test("images that no run made are refused", async () => {
  await expect(compare([], options())).rejects.toThrow(/name the runs/);
  const path = at("vae/samples");
  await expect(compare([at("vae"), path], options())).rejects.toThrow(/is not a run/);
});
