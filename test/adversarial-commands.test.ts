import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trainRun } from "../src/runs/index.js";

const device = { host: "inline", threads: 1 } as const;
let folder: string;
const at = (name: string) => join(folder, name);
const figment = async (...args: string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, ["dist/cli/main.js", ...args]);
  return stdout;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "figment-adversarial-"));
  await trainRun({
    model: "infogan",
    config: { channels: [4], latent: 3, recogniser: 5 },
    data: "digits",
    training: { steps: 30 },
    out: at("infogan"),
    ...device,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("figment classify names clusters by the classes of training images", async () => {
  const out = at("classes.csv");
  const text = await figment("--json", "classify", at("infogan"), "--limit", "60", "--out", out);
  const { method, classes, accuracy, count } = JSON.parse(text);
  expect(method).toMatch(/matched with the classes of \d+ training images/);
  expect(classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect(count).toBe(60);
  expect(accuracy).toBeGreaterThanOrEqual(0);
  expect(readFileSync(out, "utf8").split("\n")[0]).toContain("p(9)");
  const refused = figment("classify", at("infogan"), "--samples", "3");
  await expect(refused).rejects.toThrow(/--samples is for models that classify by their scores/);
});

test("figment traverse shows each continuous code under each category, to the ends of its prior", async () => {
  const out = at("rows.npy");
  const text = await figment("traverse", at("infogan"), "--steps", "5", "--out", out);
  expect(text).toMatch(
    /20 rows, one for each category under each number of the code, from -1 to 1/,
  );
  // 20 rows of 5 images of 8×8 after the header.
  expect(readFileSync(out).length).toBeGreaterThan(20 * 5 * 64 * 4);
});

test("figment curves draws a metric of several runs, and suggests the name of one", async () => {
  const out = at("curves.svg");
  const run = at("infogan");
  const text = await figment(
    "--json",
    "curves",
    run,
    run,
    "--metric",
    "generator.loss",
    "--out",
    out,
  );
  const { curves } = JSON.parse(text);
  expect(curves).toHaveLength(2);
  expect(curves[0].points.at(-1)).toEqual({ step: 30, value: expect.any(Number) });
  expect(readFileSync(out, "utf8")).toContain("generator.loss");
  await expect(figment("curves", run, "--metric", "generator.los")).rejects.toThrow(
    /did you mean "generator\.loss"/,
  );
});

test("figment curves keeps what a run measured on training and on validation images apart", async () => {
  const drawn = async (metric: string) => {
    const args = ["curves", "zoo:ae-mnist", "--metric", metric, "--out", at("apart.svg")];
    return JSON.parse(await figment("--json", ...args)).curves;
  };
  const [train, validation, ...more] = await drawn("squaredError");
  expect([train.split, validation.split, more]).toEqual(["train", "validation", []]);
  expect(readFileSync(at("apart.svg"), "utf8")).toContain("zoo:ae-mnist, validation");
  expect(await drawn("validation.squaredError")).toEqual([validation]);
});
