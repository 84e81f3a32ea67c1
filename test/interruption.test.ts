import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stream } from "../src/runtime/index.js";

/** `FIGMENT_KILLS=20 npx vitest run test/interruption.test.ts` runs more. */
const KILLS = Number(process.env.FIGMENT_KILLS ?? 5);
const LATEST_SECONDS = 1.6;

const figment = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const toySource = fileURLToPath(new URL("./train-toy.testing.ts", import.meta.url));
/** As deep as a folder of the sources, so that the path from there to the embedded data sets holds. */
const built = fileURLToPath(new URL("../dist/testing", import.meta.url));
const toy = join(built, "train-toy.js");

/** A training as a process: what Node is given to begin a run, and to go on with it. */
interface Training {
  readonly what: string;
  readonly begin: (directory: string) => readonly string[];
  readonly resume: (directory: string) => readonly string[];
}

const trainings: readonly Training[] = [
  {
    what: "the command line",
    begin: (directory) => [
      ...[figment, "train", "vae", "--data", "digits", "--out", directory],
      ...["--set", "hidden=64", "--set", "latent=4", "--binarisation", "dynamic"],
      ...["--batch", "32", "--ema", "0.95", "--seed", "7", "--threads", "1"],
      ...["--steps", String(250 * KILLS), "--checkpoint-every", "0"],
    ],
    resume: (directory) => [figment, "train", "--resume", directory, "--threads", "1"],
  },
  {
    what: "a model of two steps with memory",
    begin: (directory) => [toy, directory, String(250 * KILLS)],
    resume: (directory) => [toy, directory],
  },
];

let folder: string;
beforeAll(async () => {
  // It starts more often than it trains long, and from TypeScript it takes seconds to start.
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      ssr: toySource,
      outDir: built,
      minify: false,
      rolldownOptions: { output: { entryFileNames: "train-toy.js" } },
    },
  });
  folder = await mkdtemp(join(tmpdir(), "figment-interruption-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/**
 * Runs a process and, if `killAfter` is given, kills it that many seconds after its first
 * output, which appears when training starts, however long a busy machine takes.
 */
function run(args: readonly string[], killAfter?: number): Promise<Ended> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, args);
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

/** The files that must not depend on whether a run was interrupted. */
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

test.each(trainings)(
  `killed ${KILLS} times and resumed each time, a run of $what ends bit for bit as if left alone`,
  async ({ begin, resume }) => {
    const directory = await mkdtemp(join(folder, "runs-"));
    const [whole, broken] = [join(directory, "whole"), join(directory, "broken")];
    expect(await run(begin(whole))).toMatchObject({ code: 0 });

    const moments = new Float64Array(KILLS);
    stream(0, "moments").uniform(moments);
    let killed = 0;
    for (const moment of moments) {
      const begun = (await readdir(directory)).includes("broken");
      const hasRecord = begun && (await readdir(broken)).includes("run.json");
      const ended = await run(hasRecord ? resume(broken) : begin(broken), moment * LATEST_SECONDS);
      if (ended.signal === "SIGKILL") killed++;
      else expect(ended).toMatchObject({ code: 0 });
    }
    expect(killed).toBeGreaterThan(0);
    expect(await run(resume(broken))).toMatchObject({ code: 0 });

    const [expected, found] = [await outcome(whole), await outcome(broken)];
    expect([...found.keys()]).toEqual([...expected.keys()]);
    for (const [file, bytes] of expected) {
      expect(found.get(file)?.equals(bytes), `${file} is the same`).toBe(true);
    }
  },
  KILLS * 120_000,
);
