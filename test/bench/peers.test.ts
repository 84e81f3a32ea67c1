import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it as test } from "vitest";
import type { Result } from "../../bench/compare.js";
import { fastestOf, PEERS, ratiosTo } from "../../bench/peer.js";
import { Cannot, startContestant } from "../../bench/protocol.js";

/** An interpreter that reports the arguments it was given, and answers nothing else. */
function interpreter(reply: string): { readonly python: string; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "figment-bench-test-"));
  const python = join(folder, "python");
  writeFileSync(python, `#!/bin/sh\nprintf '%s\\n' "${reply}"\n`);
  chmodSync(python, 0o755);
  return { python, folder };
}

const about = String.raw`{\"name\": \"$5\", \"detail\": \"$2\", \"threads\": $3}`;

test.each([
  ["pytorch", "eager"],
  ["pytorch-compile", "compile"],
] as const)("asks the interpreter that is given for %s as `%s`", async (contestant, mode) => {
  const options = { step: "vae-mlp", threads: 3, patienceMs: 10_000, ...interpreter(about) };
  const started = await startContestant(contestant, options);
  expect(started.about).toMatchObject({ name: mode, detail: "vae-mlp", threads: 3 });
  started.close();
});

test("names an interpreter that is not there", async () => {
  const options = { step: "vae-mlp", threads: 1, patienceMs: 10_000, folder: tmpdir() };
  const started = startContestant("pytorch", { ...options, python: "/nowhere/python" });
  await expect(started).rejects.toThrow(new Cannot("there is no /nowhere/python"));
});

/** A result of which only the times matter. */
const timed = (medianMs: number, fastMs: number): Result => ({
  name: "",
  threads: 1,
  parameters: 1,
  readyMs: 0,
  firstStepMs: 0,
  step: { medianMs, fastMs, count: 1 },
  forwardPerSecond: null,
  peakBytes: 0,
  idleBytes: 0,
  losses: [],
});

test("counts the faster of PyTorch's two ways, whichever that is", () => {
  const [pytorch, tfjs] = PEERS;
  const eager = { results: { figment: timed(8, 6), pytorch: timed(10, 8) } };
  const both = { results: { ...eager.results, "pytorch-compile": timed(4, 3) } };
  const failed = { results: { ...eager.results, "pytorch-compile": { cannot: "no compiler" } } };
  expect(ratiosTo(pytorch, both)).toEqual({ counted: "pytorch-compile", median: 2, fast: 2 });
  expect(ratiosTo(pytorch, failed)).toEqual({ counted: "pytorch", median: 0.8, fast: 0.75 });
  expect(fastestOf(pytorch, eager)?.contestant).toBe("pytorch");
  expect(ratiosTo(tfjs, both)).toBeNull();
});
