import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it as test } from "vitest";
import { writeNpy } from "../src/data/npy.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const ESCAPE = "\u001b";
/** Clears the screen, sets the title, moves the cursor; as eight bits too, and right to left. */
const HOSTILE = `${ESCAPE}[2J${ESCAPE}]0;title\u0007\u009b1A\u202enormal`;

let folder: string;
let run: string;

const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "figment-names-"));
  const trained = figment("train", "vae", "--steps", "2", "--set", "hidden=8", "--out", "own");
  expect(trained.status, trained.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  run = join(folder, "run");
  rmSync(run, { recursive: true, force: true });
  cpSync(join(folder, "own"), run, { recursive: true });
});

function editRecord(change: (record: Record<string, unknown>) => void): void {
  const path = join(run, "run.json");
  const record = JSON.parse(readFileSync(path, "utf8"));
  change(record);
  writeFileSync(path, JSON.stringify(record));
}

/** Expects all that a terminal was given to be text. */
function expectHarmless({ stdout, stderr }: { stdout: string; stderr: string }): void {
  for (const text of [stdout, stderr]) {
    expect(text.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  }
}

describe("names from a stranger reach no terminal as commands", () => {
  test.each([
    ["its model", (record: Record<string, unknown>) => Object.assign(record, { model: HOSTILE })],
    [
      "a setting",
      ({ config }: Record<string, unknown>) =>
        Object.assign(config as object, { [HOSTILE]: HOSTILE }),
    ],
    [
      "its data",
      ({ data }: Record<string, unknown>) => Object.assign(data as object, { name: HOSTILE }),
    ],
    [
      "its source",
      ({ data }: Record<string, unknown>) => Object.assign(data as object, { source: HOSTILE }),
    ],
    [
      "its weights",
      (record: Record<string, unknown>) =>
        Object.assign(record, { weights: { run: HOSTILE, step: 1 } }),
    ],
    [
      "an unknown key",
      (record: Record<string, unknown>) => Object.assign(record, { [HOSTILE]: 1 }),
    ],
  ] as const)("in %s", (_, change) => {
    editRecord(change);
    expectHarmless(figment("score", "run", "--limit", "4"));
    expectHarmless(figment("train", "--resume", "run", "--steps", "3", "--json", "--debug"));
  });

  test.runIf(process.platform === "linux")("in files, folders and arguments", async () => {
    const images = join(folder, `images${HOSTILE}`);
    mkdirSync(images);
    await writeNpy(join(images, "a.npy"), new Float32Array(64), [1, 8, 8]);
    writeFileSync(join(images, `${HOSTILE}.png`), "no picture");
    expectHarmless(figment("score", "run", "--data", images));
    expectHarmless(figment("score", "run", join(images, `${HOSTILE}.png`)));
    expectHarmless(figment("score", "run", join(images, "a.npy")));
    expectHarmless(figment("train", HOSTILE));
    expectHarmless(figment(HOSTILE));
    expectHarmless(figment("train", "vae", "--set", HOSTILE));
    expectHarmless(figment("sample", HOSTILE));
  });

  test("in a file that is not JSON", () => {
    writeFileSync(join(run, "run.json"), HOSTILE);
    expectHarmless(figment("sample", "run"));
  });
});

describe("--json", () => {
  test.each([
    [["--json"], "no command is named"],
    [["help", "nope", "--json"], 'there is no command "nope"'],
    [["help", "sampel", "--json"], 'there is no command "sampel"; did you mean "sample"?'],
    [["nope", "--json"], "unknown command 'nope'"],
  ] as const)("figment %s answers with an error on stdout", (args, message) => {
    const { status, stdout } = figment(...args);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { name: "UsageError", message } });
  });

  test("figment help COMMAND succeeds", () => {
    const { status, stdout } = figment("help", "sample");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: figment sample/);
  });
});

/** Runs a program as a user whom the system does not know. */
const asNobody = ["setpriv", "--reuid", "54321", "--clear-groups"];
const canBeNobody = spawnSync(asNobody[0], [...asNobody.slice(1), "true"]).status === 0;

describe.runIf(canBeNobody)("a user without a home directory", () => {
  function figmentAsNobody(args: readonly string[], env: Record<string, string> = {}) {
    const work = mkdtempSync(join(tmpdir(), "figment-nobody-"));
    spawnSync("chmod", ["777", work]);
    const [program, ...options] = [...asNobody, process.execPath, main, ...args];
    const ended = spawnSync(program, options, {
      cwd: work,
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...env },
    });
    rmSync(work, { recursive: true, force: true });
    return ended;
  }

  test("trains on what ships with Figment", () => {
    const ended = figmentAsNobody(["train", "gmm", "--epochs", "1", "--out", "run"]);
    expect(ended.status, ended.stderr).toBe(0);
  });

  test("is told where to put the rest", () => {
    const listed = figmentAsNobody(["data"]);
    expect(listed.status, listed.stderr).toBe(0);
    expect(listed.stdout).toContain("set FIGMENT_CACHE to a folder");
    const { status, stderr } = figmentAsNobody(["train", "gmm", "--data", "mnist"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: MNIST .* no home directory: set FIGMENT_CACHE to a folder\n$/);
  });
});
