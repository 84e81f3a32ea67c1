import { PassThrough } from "node:stream";
import pc from "picocolors";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openProgress } from "./progress.js";
import { showWork } from "./work.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What work says on a stream that is no terminal: a line at most every five seconds. */
async function linesOf(work: Parameters<typeof showWork>[2]): Promise<string[]> {
  const stream = new PassThrough();
  const output = {
    json: false,
    colours: pc.createColors(false),
    noteColours: pc.createColors(false),
    result: () => {},
    note: () => {},
    warn: () => {},
    progress: () => openProgress(stream, pc.createColors(false)),
  };
  await showWork({ output, signal: new AbortController().signal }, "scoring", work);
  stream.end();
  return String(stream.read() ?? "")
    .trim()
    .split("\n");
}

const SECONDS = 1000;

test("preparation and the work itself each tell their own time left", async () => {
  const lines = await linesOf(async ({ onPreparation, onProgress }) => {
    for (const share of [0.25, 0.5, 1]) {
      vi.advanceTimersByTime(10 * SECONDS);
      onPreparation?.(share);
    }
    for (const done of [100, 200, 400]) {
      vi.advanceTimersByTime(6 * SECONDS);
      onProgress?.(done, 400);
    }
  });
  expect(lines).toEqual([
    "scoring: preparing 25%, 0:30 left",
    "scoring: preparing 50%, 0:20 left",
    "scoring: preparing 100%",
    "scoring 25%, 100 of 400",
    "scoring 50%, 200 of 400, 0:12 left",
    "scoring 100%, 400 of 400",
  ]);
});
