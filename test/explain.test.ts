import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { models } from "../src/models/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-explain-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The real command line, as a child process. */
const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

describe("figment explain", () => {
  test("says of a model what it would be for the data", () => {
    const { status, stdout } = figment("explain", "markov", "--binarisation", "fixed");
    expect(status).toBe(0);
    expect(stdout).toContain("xᵢ ⊥ x₁, …, xᵢ₋₂ | xᵢ₋₁");
    expect(stdout).toContain("(2 − 1) + 63 · 2 · (2 − 1) = 127");
  });

  test("gives machines the same, with the configuration and the data", () => {
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

  test("says of a run what it was trained as, and takes no other settings", () => {
    const trained = figment(
      ...["train", "table", "--size", "3", "--binarisation", "fixed", "--out", "run"],
    );
    expect(trained.stderr).not.toContain("error");
    const { stdout } = figment("explain", "run", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ run: "run", model: "table" });
    expect(JSON.parse(stdout).explanation).toContain("2⁹ − 1 = 511");
    const { status, stderr } = figment("explain", "run", "--size", "4");
    expect(status).toBe(2);
    expect(stderr).toContain("--size goes with a model");
  });

  test("refuses what cannot be, with the number of parameters", () => {
    const { status, stderr } = figment("explain", "table");
    expect(status).toBe(2);
    expect(stderr).toContain("17⁶⁴ − 1 ≈ 5.61 × 10⁷⁸");
  });

  test("names the nearest model, and the models that say nothing", () => {
    expect(figment("explain", "markow").stderr).toContain('did you mean "markov"?');
    const data = { channels: 1, height: 3, width: 3, binary: true, levels: 2, classes: 0 };
    const silent = models.find(
      (definition) => definition.build(definition.config.parse({}), data).explain === undefined,
    );
    if (silent === undefined) return;
    const { status, stderr } = figment("explain", silent.id);
    expect(status).toBe(1);
    expect(stderr).toContain(`${silent.id} does not explain itself`);
  });
});
