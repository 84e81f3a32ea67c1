import { execFileSync } from "node:child_process";
import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it as test } from "vitest";
import { RunError } from "../core/errors.js";
import {
  openRunFile,
  openRunFileSync,
  type RunFileMode,
  readRunFile,
  requireOwnFolder,
} from "./run-file.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "figment-run-file-"));
  path = join(folder, "file");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modes: readonly RunFileMode[] = ["read", "change", "append", "begin"];

/** What can stand where a run has a file, and what is said about it. */
const impostors: readonly [string, () => void, RegExp][] = [
  ["a link to a file", () => symlinkSync(victim(), path), /is a link/],
  ["a link to nothing", () => symlinkSync(join(folder, "nothing"), path), /is a link/],
  ["a link to a device", () => symlinkSync("/dev/zero", path), /is a link/],
  ["a link to itself", () => symlinkSync(path, path), /is a link/],
  ["a pipe", () => void execFileSync("sh", ["-c", 'mkfifo "$0"', path]), /pipe|ENXIO|EEXIST/],
  ["a directory", () => void mkdirSync(path), /a directory|EISDIR|EEXIST/],
];

function victim(): string {
  writeFileSync(join(folder, "victim"), "of another");
  return join(folder, "victim");
}

describe.skipIf(process.platform === "win32")("a file of a run", () => {
  test.each(impostors)("is not %s", async (_, make, problem) => {
    make();
    for (const mode of modes) {
      const refusal = expect(openRunFile(path, mode)).rejects;
      await refusal.toThrow(RunError);
      await refusal.toThrow(problem);
      expect(() => openRunFileSync(path, mode)).toThrow(problem);
    }
    await expect(readRunFile(path)).rejects.toThrow(RunError);
  });

  test("is opened to be read, appended to, changed and begun", async () => {
    const file = await openRunFile(path, "begin");
    await file.writeFile("one");
    await file.close();
    await expect(openRunFile(path, "begin")).rejects.toThrow(/EEXIST/);
    const more = await openRunFile(path, "append");
    await more.writeFile(" two");
    await more.close();
    expect((await readRunFile(path)).toString()).toBe("one two");
    closeSync(openRunFileSync(path, "change"));
    expect(readFileSync(path, "utf8")).toBe("one two");
  });

  test("may have a second name, as package managers give it", async () => {
    linkSync(victim(), path);
    expect((await readRunFile(path)).toString()).toBe("of another");
  });

  test("is not read beyond a bound", async () => {
    writeFileSync(path, "1234");
    await expect(readRunFile(path, 3)).rejects.toThrow(/has 4 bytes/);
    expect(await readRunFile(path, 4)).toHaveLength(4);
  });

  test("that is missing keeps the reason", async () => {
    await expect(openRunFile(path, "read")).rejects.toMatchObject({ cause: { code: "ENOENT" } });
  });
});

test("a folder of a run is none of its links or files, and may be missing", async () => {
  await requireOwnFolder(path);
  mkdirSync(path);
  await requireOwnFolder(path);
  symlinkSync(path, join(folder, "link"));
  await expect(requireOwnFolder(join(folder, "link"))).rejects.toThrow(/is a link/);
  await expect(requireOwnFolder(victim())).rejects.toThrow(/is no directory/);
});
