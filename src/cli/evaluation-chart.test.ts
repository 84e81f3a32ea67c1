import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EVALUATED } from "../training/inspection.js";
import { saveEvaluationChart } from "./evaluation-chart.js";

test("a link in place of the picture is replaced, and what it names is left alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "figment-chart-"));
  const at = (name: string) => join(folder, name);
  const line = { step: 3, epoch: 1, split: EVALUATED, metrics: { frechetDistance: 2 } };
  writeFileSync(at("metrics.jsonl"), `${JSON.stringify(line)}\n`);
  writeFileSync(at("mine.txt"), "mine");
  symlinkSync(at("mine.txt"), at("evaluation.png"));
  expect(await saveEvaluationChart(folder)).toBe(at("evaluation.png"));
  expect(readFileSync(at("mine.txt"), "utf8")).toBe("mine");
  expect(readFileSync(at("evaluation.png")).subarray(1, 4).toString()).toBe("PNG");
  rmSync(folder, { recursive: true });
});
