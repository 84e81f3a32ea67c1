import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeNamedFile } from "../src/core/named-file.js";
import { writeNpy } from "../src/data/npy.js";
import { saveGrid, saveImage } from "../src/data/picture.js";
import { onTmpfs } from "../src/training/tmpfs.testing.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "figment-full-disk-")));
  for (const [model, out] of [
    ["vae", "run"],
    ["rbm", "rbm"],
    ["dae", "dae"],
  ] as const) {
    const trained = figment("train", model, "--steps", "2", "--set", "hidden=8", "--out", out);
    expect(trained.status, trained.stderr).toBe(0);
  }
  await writeNpy(join(folder, "black.npy"), new Float32Array(20 * 64), [20, 8, 8]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const figment = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: "utf8" });

/** Commands that write a file by name, with the name on a disk without room for it. */
const commands: readonly [name: string, ...args: string[]][] = [
  ["x.png", "sample", "run", "--out"],
  ["x.npy", "sample", "run", "--out"],
  ["x.png", "reconstruct", "run", "--out"],
  ["x.png", "denoise", "dae", "--out"],
  ["x.npy", "reconstruct", "run", "--out"],
  ["x.png", "complete", "rbm", "--mask", "bottom", "--out"],
  ["x.png", "chain", "rbm", "--frames", "2", "--out"],
  ["x.png", "filters", "rbm", "--out"],
  ["x.png", "interpolate", "run", "--out"],
  ["x.png", "traverse", "run", "--out"],
  ["x.npy", "latent", "run", "--out"],
  ["x.svg", "latent", "run", "--out"],
  ["x.png", "arithmetic", "run", "--with", "7", "--out"],
  ["x.csv", "score", "run", "--out"],
  ["x.svg", "anomaly", "run", "--against", "black.npy", "--picture"],
  ["x.csv", "anomaly", "run", "--against", "black.npy", "--scores"],
];

const OLD = "what was there before";

/** Fills a disk to its last byte. */
function fill(disk: string): void {
  for (const size of [4096, 1]) {
    for (let part = 0; ; part++) {
      try {
        writeFileSync(join(disk, `filler-${size}-${part}`), new Uint8Array(size));
      } catch {
        rmSync(join(disk, `filler-${size}-${part}`), { force: true });
        break;
      }
    }
  }
}

describe("a full disk", () => {
  test.each(commands)(
    "keeps the old %s of figment %s, and gets no part of a new one",
    async (name, ...args) => {
      const disk = join(folder, "disk");
      const mounted = await onTmpfs(disk, "size=16k", async () => {
        writeFileSync(join(disk, name), OLD);
        fill(disk);
        const before = readdirSync(disk);
        for (const target of [name, `new-${name}`]) {
          const { status, stderr } = figment(...args, join(disk, target));
          expect(stderr).toMatch(/error: .*(no space is left|the disk is full)/);
          expect(status).toBe(1);
          expect(readdirSync(disk)).toEqual(before);
          expect(readFileSync(join(disk, name), "utf8")).toBe(OLD);
        }
      });
      expect(mounted || process.getuid?.() !== 0).toBe(true);
    },
  );

  test("keeps the old file where a program saves under its name", async () => {
    const disk = join(folder, "disk");
    await onTmpfs(disk, "size=16k", async () => {
      const shape = { channels: 1, height: 2, width: 2 };
      const pixels = Float32Array.of(0, 0.5, 1, 0);
      const writers: Record<string, (path: string) => Promise<unknown>> = {
        "image.png": (path) => saveImage(path, pixels, shape),
        "grid.png": (path) => saveGrid(path, { ...shape, count: 1, pixelsUnit: pixels }),
        "array.npy": (path) => writeNpy(path, pixels, [1, 2, 2]),
      };
      for (const name of Object.keys(writers)) writeFileSync(join(disk, name), OLD);
      fill(disk);
      for (const [name, write] of Object.entries(writers)) {
        await expect(write(join(disk, name))).rejects.toThrow("the disk is full");
        expect(readFileSync(join(disk, name), "utf8")).toBe(OLD);
      }
    });
  });
});

describe("a file that is written by name", () => {
  test("replaces the target of a link and keeps its permissions", async () => {
    const [file, link] = [join(folder, "file.txt"), join(folder, "link.txt")];
    writeFileSync(file, OLD);
    chmodSync(file, 0o640);
    symlinkSync(file, link);
    await writeNamedFile(link, "new");
    expect(realpathSync(link)).toBe(file);
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test.runIf(process.platform !== "win32")(
    "is written to directly where it is not a regular file",
    async () => {
      const pipe = join(folder, "pipe");
      expect(spawnSync("sh", ["-c", 'mkfifo "$0"', pipe]).status).toBe(0);
      const reader = spawn("cat", [pipe]);
      const text = once(reader.stdout, "data");
      await writeNamedFile(pipe, "through the pipe");
      expect(String(await text)).toBe("through the pipe");
      expect(statSync(pipe).isFIFO()).toBe(true);
    },
  );

  test("has no bytes of an interrupted writer", async () => {
    const path = join(folder, "interrupted.npy");
    const interrupted = writeNamedFile(path, async (file) => {
      await file.writeFile("half");
      throw new Error("interrupted");
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(readdirSync(folder).filter((name) => name.includes("interrupted"))).toEqual([]);
  });

  test("may have the longest name that the file system allows; a longer one is refused before any work", () => {
    const longest = `${"a".repeat(251)}.png`;
    expect(figment("sample", "run", "-n", "1", "--out", longest).status).toBe(0);
    expect(statSync(join(folder, longest)).size).toBeGreaterThan(0);
    for (const args of [
      ["sample", "run", "--out", `a${longest}`],
      ["score", "run", "--out", `a${longest}`],
      ["export", "run", "--out", `a${longest}`],
    ]) {
      const { status, stderr } = figment(...args);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: .*the name is too long/);
    }
  });

  test("is refused before any work where its name is a directory, or its directory is read-only", () => {
    mkdirSync(join(folder, "taken.png"));
    const { status, stderr } = figment("sample", "run", "--out", "taken.png");
    expect(stderr).toMatch(/^error: cannot write taken.png: it is a directory/);
    expect(status).toBe(1);
  });
});
