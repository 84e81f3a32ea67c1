import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DataError } from "../src/core/errors.js";
import { plane, trainRun } from "../src/runs/index.js";

const device = { host: "inline", threads: 1 } as const;
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "figment-plane-"));
  const config = { generator: [16], discriminator: [16] };
  const gan = { model: "gan", config, training: { steps: 20 }, ...device };
  await trainRun({ ...gan, data: "ring:count=2000", out: at("ring") });
  const packed = { ...config, packing: 2 };
  await trainRun({ ...gan, config: packed, data: "moons:count=2000", out: at("moons") });
  await trainRun({ ...gan, data: "digits", out: at("digits") });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("says how points spread over modes, how far they are, and what D thinks of the plane", async () => {
  const report = await plane(at("ring"), { count: 400, ...device });
  const { modes, divergence, floor, discriminator } = report;
  expect(modes).toMatchObject({ count: 400, modes: 8 });
  expect(modes?.perMode.reduce((a, b) => a + b)).toBe(400);
  expect(divergence.jsdNats).toBeGreaterThan(floor.jsdNats);
  expect(discriminator?.logits).toHaveLength((discriminator?.cells ?? 0) ** 2);
  // After 20 steps D knows next to nothing, and D* tells the two apart.
  expect(discriminator?.gap).toBeGreaterThan(0.2);
});

test("leaves out modes where a density has none, and a discriminator that judges packs", async () => {
  const report = await plane(at("moons"), { count: 300, ...device });
  expect(report.modes).toBeUndefined();
  expect(report.discriminator).toBeUndefined();
});

test("refuses a run that was not trained on a density", async () => {
  await expect(plane(at("digits"), device)).rejects.toThrow(DataError);
});

test("figment plane draws the picture and prints the figures", async () => {
  const out = at("plane.svg");
  const args = ["dist/cli/main.js", "--json", "plane", at("ring"), "--count", "200", "--out", out];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { modes, discriminator } = JSON.parse(stdout);
  expect(modes).toMatchObject({ count: 200, modes: 8 });
  expect(discriminator).toMatchObject({ gap: expect.any(Number), bandwidth: expect.any(Number) });
  const picture = readFileSync(out, "utf8");
  expect(picture).toContain("200 points");
  expect(picture).toContain("#c96a4b");
});
