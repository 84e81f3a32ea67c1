import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stream } from "../src/runtime/index.js";

/** `FIGMENT_KILLS=20 npx vitest run test/interruption.test.ts` asks for more. */
const KILLS = Number(process.env.FIGMENT_KILLS ?? 5);
const LATEST_SECONDS = 1.6;

const figment = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const budget = ["--steps", String(500 * KILLS), "--checkpoint-every", "0"];
const setup = [
  ...["train", "vae", "--data", "digits", "--set", "hidden=64", "--set", "latent=4"],
  ...[
    "--batch",
    "32",
    "--ema",
    "0.95",
    "--binarisation",
    "dynamic",
    "--seed",
    "7",
    "--threads",
    "1",
  ],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-interruption-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/**
 * Runs the command line, and kills it where that is asked for: so many seconds after its first word,
 * which comes as training begins, however long a busy machine takes to get there.
 */
function run(args: readonly string[], killAfter?: number): Promise<Ended> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, [figment, ...args]);
    let stderr = "";
    let timer: NodeJS.Timeout | undefined;
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
      if (killAfter !== undefined) {
        timer ??= setTimeout(() => child.kill("SIGKILL"), killAfter * 1000);
      }
    });
    child.stdout.resume();
    child.on("error", fail);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      settle({ code, signal, stderr });
    });
  });
}

/** What must not depend on whether a run was interrupted. */
async function outcome(directory: string): Promise<Map<string, Buffer>> {
  const files = ["metrics.jsonl"];
  for (const part of ["checkpoints", "samples"]) {
    for (const name of await readdir(join(directory, part))) files.push(join(part, name));
  }
  const contents = files
    .sort()
    .map(async (file) => [file, await readFile(join(directory, file))] as const);
  return new Map(await Promise.all(contents));
}

test(`killed ${KILLS} times and resumed each time, a run ends bit for bit as if left alone`, async () => {
  const [whole, broken] = [join(folder, "whole"), join(folder, "broken")];
  expect(await run([...setup, ...budget, "--out", whole])).toMatchObject({ code: 0 });

  const moments = new Float64Array(KILLS);
  stream(0, "moments").uniform(moments);
  let killed = 0;
  for (const moment of moments) {
    const begun = (await readdir(folder)).includes("broken");
    const hasRecord = begun && (await readdir(broken)).includes("run.json");
    const args = hasRecord
      ? ["train", "--resume", broken, "--threads", "1"]
      : [...setup, ...budget, "--out", broken];
    const ended = await run(args, moment * LATEST_SECONDS);
    if (ended.signal === "SIGKILL") killed++;
    else {
      expect(ended).toMatchObject({ code: 0 });
    }
  }
  expect(killed).toBeGreaterThan(0);
  expect(await run(["train", "--resume", broken, "--threads", "1"])).toMatchObject({ code: 0 });

  const [expected, found] = [await outcome(whole), await outcome(broken)];
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [file, bytes] of expected) {
    expect(found.get(file)?.equals(bytes), `${file} is the same`).toBe(true);
  }
}, 600_000);
