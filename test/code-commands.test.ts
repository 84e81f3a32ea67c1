import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "../src/data/npy.js";
import { trainRun } from "../src/runs/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-codes-"));
  const small = { architecture: "mlp", hidden: [32] };
  for (const [out, model, config] of [
    ["dvae", "dvae", { channels: [8, 16], codes: 16, embedding: 8, blocks: 0 }],
    ["aae", "aae", { ...small, prior: "ring", regions: true, critic: [32], weight: 100 }],
    ["ae", "ae", { ...small, latent: 2 }],
    ["mixture", "ae", { ...small, latent: 2, prior: "gmm", components: 20 }],
    ["vae", "vae", { ...small, latent: 3, likelihood: "gaussian" }],
  ] as const) {
    await trainRun({
      model,
      data: "digits",
      config,
      ...(model === "dvae" && { binarisation: { mode: "fixed", seed: 0 } }),
      training: { epochs: 8, batchSize: 64, learningRate: 2e-3 },
      out: join(folder, out),
      device: "cpu",
      host: "inline",
    });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

function json(...args: readonly string[]) {
  const { stdout, stderr, status } = figment("--json", ...args);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("figment tokenise and detokenise", () => {
  test("bring images to tokens and back, as reconstruct does", async () => {
    const made = json("tokenise", "dvae", "--limit", "40", "--out", "tokens.npy");
    expect(made).toMatchObject({ count: 40, grid: [2, 2], codes: 16, bitsPerImage: 16 });
    expect(made.codebookPerplexity).toBeGreaterThan(1);
    expect(made.codebookPerplexity).toBeLessThanOrEqual(16 - made.deadCodes);
    const { data, shape, type } = await readNpy(join(folder, "tokens.npy"));
    expect([shape, type]).toEqual([[40, 2, 2], "int32"]);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThan(16);

    json("detokenise", "dvae", "tokens.npy", "--out", "back.npy");
    json("reconstruct", "dvae", "-n", "40", "--out", "rebuilt.npy");
    const [back, rebuilt] = [
      await readNpy(join(folder, "back.npy")),
      await readNpy(join(folder, "rebuilt.npy")),
    ];
    expect(back.shape).toEqual([40, 1, 8, 8]);
    expect(rebuilt.data).toEqual(back.data);
    expect(figment("detokenise", "dvae", "tokens.npy", "--out", "back.png").stdout).toMatch(
      /40 images from the tokens of tokens\.npy/,
    );
    expect((await sharp(join(folder, "back.png")).metadata()).format).toBe("png");
  });

  test("refuse what is no array of their tokens, and write nothing", async () => {
    const write = (name: string, values: Int32Array | Float32Array, shape: number[]) =>
      writeNpy(join(folder, name), values, shape);
    await write("high.npy", Int32Array.of(0, 1, 2, 16), [1, 2, 2]);
    await write("halves.npy", Float32Array.of(0, 0.5, 2, 3), [1, 2, 2]);
    await write("three.npy", Int32Array.of(0, 1, 2), [3]);
    for (const [args, message] of [
      [["detokenise", "dvae", "high.npy"], /token 3 of image 0 is 16, but there are 16 codes/],
      [["detokenise", "dvae", "halves.npy"], /whole numbers, but value 1 .* is 0\.5/],
      [["detokenise", "dvae", "three.npy"], /3 tokens are no whole number of images/],
      [["detokenise", "dvae", "absent.npy"], /absent\.npy/],
      [["detokenise", "ae", "three.npy"], /ae has no "detokenise"/],
      [["tokenise", "ae"], /ae has no "tokenise"/],
      [["tokenise", "dvae", "--out", "x.csv"], /write tokens to a \.npy/],
    ] as const) {
      const { status, stderr } = figment(...args);
      expect(status, args.join(" ")).not.toBe(0);
      expect(stderr).toMatch(message);
    }
    for (const file of ["detokenised.png", "x.csv"]) {
      expect(existsSync(join(folder, file))).toBe(false);
    }
  });
});

describe("figment prior", () => {
  test("tests codes of images against codes of the prior, and draws both", async () => {
    const found = json("prior", "aae", "-n", "100", "--permutations", "99", "--out", "codes.png");
    expect(found).toMatchObject({ codes: 100, length: 2, permutations: 99 });
    expect(found.pValue).toBeGreaterThanOrEqual(0.01);
    expect(found.pValue).toBeLessThanOrEqual(1);
    expect((await sharp(join(folder, "codes.png")).metadata()).format).toBe("png");
    const { stdout } = figment("prior", "vae", "-n", "50", "--permutations", "19");
    expect(stdout).toMatch(/^MMD² .*\np .* at the level of 5 %/);
    expect(stdout).toMatch(/50 of each kind, 3 numbers each/);
  });

  test("a mixture fits its codes better than a normal prior fits those of a vae", () => {
    const [mixture, normal] = ["mixture", "vae"].map(
      (run) => json("prior", run, "--split", "train", "-n", "300", "--permutations", "99").pValue,
    );
    expect(mixture).toBeGreaterThan(0.05);
    expect(normal).toBeLessThan(0.05);
  });

  test("refuses a model without a prior of codes", () => {
    const { status, stderr } = figment("prior", "ae");
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/ae has no "prior"/);
  });
});

test("a run without a prior is given one by training that starts from its weights", () => {
  const once = ["--steps", "1", "--lr", "1e-12"];
  const from = ["--weights", "ae", "--set", "prior=gmm", "--set", "components=5"];
  const { status, stderr } = figment("train", "ae", "--data", "digits", ...from, ...once);
  expect(status, stderr).toBe(0);
  const { pValue } = json("prior", "runs/ae-digits", "--split", "train", "-n", "300");
  expect(pValue).toBeGreaterThan(0.05);
  const changed = [...from, "--set", "latent=3", "--out", "other"];
  expect(figment("train", "ae", "--data", "digits", ...changed, ...once).stderr).toMatch(
    /does not fit the model/,
  );
});
