import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpy } from "../src/data/npy.js";
import { trainRun } from "../src/runs/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-denoise-"));
  for (const [model, config] of [
    ["dae", { hidden: [64], latent: 32, level: 0.4 }],
    ["ae", { hidden: [8], latent: 2 }],
  ] as const) {
    await trainRun({
      model,
      data: "digits",
      config: { architecture: "mlp", ...config },
      training: { epochs: 20, batchSize: 64, learningRate: 2e-3 },
      out: join(folder, model),
      device: "cpu",
      host: "inline",
    });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

describe("figment denoise", () => {
  test("measures the repair against the corrupted images and the best Gaussian filter", async () => {
    const args = ["dae", "--corrupt", "gaussian:0.4", "-n", "200", "--out", "repair.png"];
    const { stdout, stderr, status } = figment("--json", "denoise", ...args);
    expect(status, stderr).toBe(0);
    const { count, corrupted, gaussianFilter, denoised, corruption } = JSON.parse(stdout);
    expect(count).toBe(200);
    expect(corruption).toEqual({ kind: "gaussian", level: 0.4 });
    expect(gaussianFilter.psnr).toBeGreaterThan(corrupted.psnr);
    expect(denoised.psnr).toBeGreaterThan(gaussianFilter.psnr);
    // Images of 8×8 are too small for structural similarity.
    expect(denoised.ssim).toBeNull();
    const { width = 0, height = 0 } = await sharp(join(folder, "repair.png")).metadata();
    expect(width / height).toBeGreaterThan(3);
    expect(figment("denoise", ...args).stdout).toMatch(/best Gaussian filter, σ .* pixels +\d+/);
  });

  test("writes the denoised images of files as an array", async () => {
    const drawn = figment("sample", "dae", "-n", "5", "--out", "noisy.npy");
    expect(drawn.status, drawn.stderr).toBe(0);
    expect(drawn.stdout).toMatch(/this is no generative model/);
    const { status, stdout, stderr } = figment("denoise", "dae", "noisy.npy", "--out", "clean.npy");
    expect(status, stderr).toBe(0);
    expect(stdout).not.toMatch(/PSNR/);
    expect((await readNpy(join(folder, "clean.npy"))).shape).toEqual([5, 1, 8, 8]);
  });

  test.each([
    [["ae"], /ae has no "denoise"/],
    [["dae", "--corrupt", "blur:3"], /must be gaussian, masking, salt-and-pepper with a level/],
    [["dae", "--sigma", "0.3"], /dae is not told the level of the noise; drop --sigma/],
    [["dae", "--corrupt", "masking:1"], /must be in \(0, 1\), not 1/],
    [["dae", "--out", "x.gif"], /\.png .* or a \.npy/],
  ])("%j is refused, and nothing is written", (args, message) => {
    const { status, stderr } = figment("denoise", ...args);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, "denoised.png"))).toBe(false);
  });
});
