import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RunError } from "../core/errors.js";
import { type MetricsLine, openMetricsLog, readMetrics, truncateAfter } from "./metrics-log.js";
import { onTmpfs } from "./tmpfs.testing.js";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "figment-metrics-"));
  path = join(directory, "metrics.jsonl");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const line = (step: number, loss = 1 / step): MetricsLine => ({
  step,
  epoch: 0,
  split: "train",
  metrics: { loss },
});

async function write(...lines: readonly MetricsLine[]): Promise<void> {
  const log = await openMetricsLog(path);
  for (const each of lines) await log.append(each);
  await log.sync();
  await log.close();
}

describe("metrics.jsonl", () => {
  test("is one JSON object a line, numbers that are not finite as strings", async () => {
    await write(line(1, 0.1), line(2, Number.NaN), line(3, -1 / 0));
    expect(readFileSync(path, "utf8")).toBe(
      '{"step":1,"epoch":0,"split":"train","metrics":{"loss":0.1}}\n' +
        '{"step":2,"epoch":0,"split":"train","metrics":{"loss":"NaN"}}\n' +
        '{"step":3,"epoch":0,"split":"train","metrics":{"loss":"-Infinity"}}\n',
    );
    expect(await readMetrics(path)).toEqual([line(1, 0.1), line(2, Number.NaN), line(3, -1 / 0)]);
  });

  test("gives back any numbers and names", async () => {
    const metrics = fc.dictionary(fc.string({ unit: "grapheme" }), fc.double(), { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(metrics, { maxLength: 4 }), async (all) => {
        rmSync(path, { force: true });
        const lines = all.map((each, i) => ({ ...line(i + 1), metrics: each }));
        await write(...lines);
        // JSON writes −0 as 0.
        const positive = (value: number) => (value === 0 ? 0 : value);
        expect(await readMetrics(path)).toEqual(
          lines.map((each) => ({
            ...each,
            metrics: Object.fromEntries(
              Object.entries(each.metrics).map(([name, value]) => [name, positive(value)]),
            ),
          })),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("keeps a metric whose name is a property of every object", async () => {
    const metrics = Object.fromEntries(["__proto__", "constructor"].map((name) => [name, 1]));
    await write({ ...line(1), metrics });
    expect(Object.entries((await readMetrics(path))[0]?.metrics ?? {})).toEqual(
      Object.entries(metrics),
    );
  });

  test("passes over a torn last line, and drops it before going on", async () => {
    await write(line(1), line(2));
    const whole = readFileSync(path, "utf8");
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.slice(0, length));
      const left = await readMetrics(path);
      expect(left).toEqual([line(1), line(2)].slice(0, left.length));
      await write(line(3));
      expect(await readMetrics(path)).toEqual([...left, line(3)]);
    }
  });

  test("names a line that is damaged", async () => {
    await write(line(1));
    appendFileSync(path, '{"step":2}\n');
    await write(line(3));
    await expect(readMetrics(path)).rejects.toThrow(/metrics\.jsonl: line 2 is damaged/);
  });

  test("is after a resume what it would have been without the interruption", async () => {
    await write(line(1), line(2), { ...line(2, 5), split: "validation" }, line(3));
    const uninterrupted = readFileSync(path, "utf8");
    rmSync(path);
    await write(line(1), line(2), { ...line(2, 5), split: "validation" }, line(3, 7));
    appendFileSync(path, '{"step":4,"epo');
    expect(await truncateAfter(path, 2)).toBe(1);
    await write(line(3));
    expect(readFileSync(path, "utf8")).toBe(uninterrupted);
    expect(await truncateAfter(path, 3)).toBe(0);
    expect(await truncateAfter(join(directory, "absent"), 3)).toBe(0);
  });

  test("leaves no part of a line on a disk that is full", async ({ skip }) => {
    const disk = join(directory, "disk");
    const done = await onTmpfs(disk, "size=16k", async () => {
      const log = await openMetricsLog(join(disk, "metrics.jsonl"));
      let written = 0;
      const fill = async () => {
        for (; written < 1000; written++) await log.append(line(written + 1));
      };
      await expect(fill()).rejects.toBeInstanceOf(RunError);
      await expect(log.append(line(1, 1 / 3))).rejects.toThrow(
        /cannot write .*no space.*\(ENOSPC\)/,
      );
      const text = readFileSync(join(disk, "metrics.jsonl"), "utf8");
      expect(text.endsWith("}}\n")).toBe(true);
      expect(await readMetrics(join(disk, "metrics.jsonl"))).toHaveLength(written);
      await log.close();
    });
    if (!done) skip("mounting is not permitted here");
  });
});
