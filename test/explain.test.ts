import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleOf, exampleParts } from "../src/core/model.js";
import { variablesOf } from "../src/core/state.js";
import { findModel, models } from "../src/models/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-explain-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BINARY = { channels: 1, height: 3, width: 3, binary: true, levels: 2, annotations: {} };

/** Runs the real command line as a child process. */
const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

/** A model's explanation for its example images (or binary 3×3), and its number of parameters. */
function explained(id: string, config: Readonly<Record<string, unknown>> = {}) {
  const definition = findModel(id);
  const { example: data = BINARY } = definition;
  const parts = exampleParts(definition, data);
  const model = definition.build(definition.config.parse(config), data, parts);
  const learned = variablesOf(model, data)
    .list()
    .filter(({ kind }) => kind === "parameter")
    .reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
  return { text: model.explain?.() ?? "", learned: learned.toLocaleString("en") };
}

describe("every model explains itself", () => {
  test.each(models.map(({ id }) => id))("%s", (id) => {
    const { text } = explained(id);
    const parts = text.split("\n\n").map((part) => part.split("\n"));
    const names = parts.map(([name]) => name);
    expect(names).toContain("Factorisation");
    expect(names).toContain("Conditional independence");
    expect(names.some((name) => /^(Free parameters|Parameters)$/.test(name))).toBe(true);
    for (const [, ...lines] of parts) for (const line of lines) expect(line).toMatch(/^ {2}\S/);
  });

  test.each([
    ["boltzmann", { hidden: 5 }],
    ["boltzmann", { hidden: 0, visibleVisible: "full" }],
    ["boltzmann", { hidden: 9, hiddenHidden: "none", visibleHidden: "local", window: 1 }],
    ["rbm", { hidden: 5 }],
    ["rbm", { hidden: 5, visible: "gaussian", centred: true }],
    ["vae", { hidden: [7], latent: 3 }],
    ["vae", { hidden: [7], latent: 3, likelihood: "gaussian", std: 0 }],
    ["vae", { architecture: "conv", channels: [2], hidden: [4], latent: 3 }],
    ["nade", { hidden: 5 }],
    ["pixelcnn", { outputFeatures: 6 }],
    ["classifier", { channels: [2, 3], hidden: [4] }],
    ["classifier", { architecture: "mlp", hidden: [4] }],
    ["ddpm", { channels: 8, augmentation: 0.1 }],
    ["ddpm", { channels: 8, network: "dit", variance: "learned" }],
  ] as const)("with as many parameters as %s with %o learns", (id, config) => {
    const { text, learned } = explained(id, config);
    expect(text).toMatch(new RegExp(`Parameters\n {2}(.*= |network )?${learned}\\b`));
  });
});

describe("figment explain", () => {
  test("describes a model as it would be for the data", () => {
    const { status, stdout } = figment("explain", "markov", "--binarisation", "fixed");
    expect(status).toBe(0);
    expect(stdout).toContain("xᵢ ⊥ x₁, …, xᵢ₋₂ | xᵢ₋₁");
    expect(stdout).toContain("(2 − 1) + 63 · 2 · (2 − 1) = 127");
  });

  test("prints the same as JSON, with the configuration and the data", () => {
    const { stdout } = figment(
      "explain",
      "independent",
      "--set",
      "levels=4",
      "--size",
      "5",
      "--json",
    );
    const { model, config, data, explanation } = JSON.parse(stdout);
    expect(model).toBe("independent");
    expect(config).toMatchObject({ levels: 4 });
    expect(data).toMatchObject({ channels: 1, height: 5, width: 5 });
    expect(explanation).toContain("25 · (4 − 1) = 75");
  });

  test("describes a run as it was trained, and takes no other settings", () => {
    const trained = figment(
      ...["train", "table", "--size", "3", "--binarisation", "fixed", "--out", "run"],
    );
    expect(trained.stderr).not.toContain("error");
    const { stdout } = figment("explain", "run", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ run: "run", model: "table" });
    expect(JSON.parse(stdout).explanation).toContain("2⁹ − 1 = 511");
    const { status, stderr } = figment("explain", "run", "--size", "4");
    expect(status).toBe(2);
    expect(stderr).toContain("--size is only for a model");
  });

  test("refuses an impossible model, with the number of parameters", () => {
    const { status, stderr } = figment("explain", "table");
    expect(status).toBe(2);
    expect(stderr).toContain("17⁶⁴ − 1 ≈ 5.61 × 10⁷⁸");
  });

  test("names the nearest model, and models without an explanation", () => {
    expect(figment("explain", "markow").stderr).toContain('did you mean "markov"?');
    const silent = models.find((definition) => exampleOf(definition).explain === undefined);
    if (silent === undefined) return;
    const { status, stderr } = figment("explain", silent.id);
    expect(status).toBe(1);
    expect(stderr).toContain(`${silent.id} has no explanation`);
  });
});
