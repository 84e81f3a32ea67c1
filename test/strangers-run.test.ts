import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it as test } from "vitest";

/** Longer than any answer takes, and far shorter than waiting for a pipe. */
const PATIENCE_MS = 20_000;

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder: string;
let run: string;
let elsewhere: string;

const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "figment-stranger-"));
  const trained = figment("train", "vae", "--steps", "2", "--set", "hidden=8", "--out", "own");
  expect(trained.status, trained.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  run = join(folder, "run");
  elsewhere = join(folder, "elsewhere");
  for (const path of [run, elsewhere]) rmSync(path, { recursive: true, force: true });
  cpSync(join(folder, "own"), run, { recursive: true });
  mkdirSync(elsewhere);
});

const checkpoint = () => join("checkpoints", "step-00000002.safetensors");

/** Moves a file or folder of the run away, and leaves a link to it. */
function replaceByLink(name: string): void {
  const target = join(elsewhere, "target");
  if (existsSync(join(run, name))) renameSync(join(run, name), target);
  else writeFileSync(target, "of another");
  symlinkSync(target, join(run, name));
}

/** Everything below a folder, by path. */
function contents(directory: string): Map<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, "base64")]),
  );
}

const own: readonly string[] = [
  "run.json",
  "run.lock",
  "metrics.jsonl",
  "checkpoints",
  "samples",
  "events",
  join("checkpoints", "best.safetensors"),
  join("checkpoints", "step-00000002.safetensors"),
  join("samples", "step-00000010.png"),
];

describe.skipIf(process.platform === "win32")("a run from a stranger", () => {
  test.each(own)("writes to nothing that its %s links to, and deletes nothing there", (name) => {
    replaceByLink(name);
    const temporary = ".step-00000001.safetensors.0123456789ab.tmp";
    if (statSync(join(elsewhere, "target")).isDirectory()) {
      writeFileSync(join(elsewhere, "target", temporary), "of another");
    }
    const before = contents(elsewhere);
    const { status, stderr } = figment(
      "train",
      "--resume",
      "run",
      "--epochs",
      "1",
      "--tensorboard",
    );
    expect(contents(elsewhere)).toEqual(before);
    // These are replaced, a link as a file.
    const replaced = ["best.safetensors", "step-00000010.png"].some((end) => name.endsWith(end));
    if (!replaced) {
      expect(stderr).toMatch(/error: .*is a link/);
      expect(status).toBe(1);
    }
  });

  test.each(["run.json", "metrics.jsonl", "run.lock", checkpoint()])(
    "does not wait for a pipe called %s",
    (name) => {
      rmSync(join(run, name), { force: true });
      execFileSync("sh", ["-c", 'mkfifo "$0"', join(run, name)]);
      const { status, stderr } = figment("train", "--resume", "run", "--steps", "4");
      expect(stderr).toMatch(/error: .*(pipe or a device)/);
      expect(status).toBe(1);
    },
  );

  test.each(["run.json", join("checkpoints", "best.safetensors")])(
    "is not sampled from where its %s is a device, a pipe or a link",
    (name) => {
      const path = join(run, name);
      rmSync(path);
      symlinkSync("/dev/zero", path);
      const linked = figment("sample", "run", "--checkpoint", "best", "-n", "1");
      rmSync(path);
      execFileSync("sh", ["-c", 'mkfifo "$0"', path]);
      const piped = figment("sample", "run", "-n", "1");
      for (const { status, stderr } of [linked, piped]) {
        expect(stderr).toMatch(/is a link|pipe or a device/);
        // The last checkpoint stands in for a best one that cannot be used.
        expect(status).toBe(name === "run.json" ? 1 : 0);
      }
    },
  );

  test("is used where a link leads to it as a whole", () => {
    symlinkSync(run, join(elsewhere, "link"));
    const { status, stderr } = figment(
      "train",
      "--resume",
      join(elsewhere, "link"),
      "--steps",
      "4",
    );
    expect(stderr).not.toContain("error");
    expect(status).toBe(0);
  });
});
