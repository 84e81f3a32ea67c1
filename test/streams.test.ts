import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRun } from "../src/training/run-directory.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const figment = `'${process.execPath}' '${main}'`;
const onFullDevice = existsSync("/dev/full");
/** Runs a command on a terminal of its own. */
const terminal = "script";
const hasTerminal = spawnSync(terminal, ["--version"]).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "figment-streams-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shell = (command: string) =>
  spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });

const train = (out: string, ...budget: readonly string[]) => [
  ...["train", "vae", "--set", "hidden=32", "--threads", "1", "--device", "cpu"],
  ...["--checkpoint-every", "3600", "--out", out, ...budget],
];

/** Long enough for a line of progress, which comes every five seconds. */
const aWhile = ["--minutes", "0.1"];
const forever = ["--steps", "10000000"];

/** Waits for a stream to show some text. */
function shows(stream: NodeJS.ReadableStream, text: string): Promise<void> {
  let seen = "";
  return new Promise((settle) => {
    stream.on("data", (chunk) => {
      seen += chunk;
      if (seen.includes(text)) settle();
    });
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, "exit");
  return code;
}

/** Expects the run to be saved at its last step and left in a valid state. */
async function expectSaved(name: string, status: "finished" | "interrupted"): Promise<void> {
  const run = join(folder, name);
  const record = await readRun(run);
  expect(record.status).toBe(status);
  expect(record.progress.step).toBeGreaterThan(0);
  const last = `step-${String(record.progress.step).padStart(8, "0")}.safetensors`;
  expect(readdirSync(join(run, "checkpoints"))).toContain(last);
  expect(existsSync(join(run, "run.lock"))).toBe(false);
}

describe("progress without a reader", () => {
  test("does not end a training whose reader leaves after the first line", async () => {
    shell(`${figment} ${train("head", ...aWhile).join(" ")} 2>&1 | head -1`);
    await expectSaved("head", "finished");
  });

  test.runIf(onFullDevice)("does not end a training that cannot write it", async () => {
    const { status } = shell(`${figment} ${train("full", "--steps", "5").join(" ")} 2>/dev/full`);
    expect(status).toBe(0);
    await expectSaved("full", "finished");
  });

  test("does not lose a training that is interrupted", async () => {
    const child = spawn(process.execPath, [main, ...train("closed", ...forever)], { cwd: folder });
    const end = ended(child);
    await shows(child.stderr, "training vae");
    child.stderr.destroy();
    child.stdout.resume();
    child.kill("SIGINT");
    expect(await end).toBe(130);
    await expectSaved("closed", "interrupted");
  });

  test("does not end a training without a terminal that gets SIGHUP, as under nohup", async () => {
    const child = spawn(process.execPath, [main, ...train("nohup", ...forever)], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = ended(child);
    await shows(child.stderr, "training vae");
    child.stdout.resume();
    child.kill("SIGHUP");
    child.kill("SIGTERM");
    expect(await end).toBe(143);
    await expectSaved("nohup", "interrupted");
  });
});

describe("a terminal that is closed", () => {
  test.runIf(hasTerminal)("interrupts a training, which saves its last step", async () => {
    const command = `${figment} ${train("terminal", ...forever).join(" ")}`;
    const child = spawn(terminal, ["-q", "-c", command, "/dev/null"], { cwd: folder });
    const end = ended(child);
    await shows(child.stdout, "loss");
    child.kill("SIGKILL");
    await end;
    const lock = join(folder, "terminal", "run.lock");
    await expect.poll(() => existsSync(lock), { timeout: 30_000 }).toBe(false);
    await expectSaved("terminal", "interrupted");
  });
});

describe.runIf(onFullDevice)("a result that cannot be written", () => {
  test.each(["models", "models --json", "--help", "data"])(
    "figment %s fails with one line",
    (command) => {
      const { status, stderr } = shell(`${figment} ${command} >/dev/full`);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: cannot write to standard output: no space is left.*\n$/);
    },
  );

  test("fails silently where errors cannot be written either", () => {
    expect(shell(`${figment} models >/dev/full 2>/dev/full`).status).toBe(1);
  });
});

test("a reader that stops early is not a failure", () => {
  const { stdout, stderr } = shell(`{ ${figment} models; echo "code $?" >&2; } | head -1`);
  expect(stdout).toMatch(/^MODEL/);
  expect(stderr).toBe("code 0\n");
});
