import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { DataError } from "../core/errors.js";
import { readBytes as readInPage } from "./bytes.browser.js";
import { readBytes, readRegularFile } from "./bytes.js";

const root = mkdtempSync(join(tmpdir(), "figment-bytes-"));
afterAll(() => rmSync(root, { recursive: true }));

const written = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(root, name), bytes);
  return join(root, name);
};
const packed = gzipSync(Buffer.alloc(1000, 7));

/** The same content by the reader of Node and that of a page, which takes an address. */
const readers = [
  ["Node", (file: string, most?: number) => readBytes(file, most)],
  [
    "a page",
    async (file: string, most?: number) => {
      const { readFile } = await import("node:fs/promises");
      const bytes = await readFile(file);
      return readInPage(`data:application/octet-stream;base64,${bytes.toString("base64")}`, most);
    },
  ],
] as const;

describe.each(readers)("reading bytes in %s", (_, read) => {
  test("unpacks gzip, told by content, up to a bound", async () => {
    const file = written("a.bin", packed);
    expect([...(await read(file, 1000))]).toEqual(Array(1000).fill(7));
    await expect(read(file, 999)).rejects.toThrow(/more than 999 bytes/);
    expect([...(await read(written("b.gz", Uint8Array.of(1, 2))))]).toEqual([1, 2]);
  });

  test.each([
    ["cut off", packed.subarray(0, -3)],
    ["followed by text", Buffer.concat([packed, Buffer.from("text")])],
  ])("refuses a gzip stream that is %s", async (name, bytes) => {
    await expect(read(written(name, bytes))).rejects.toThrow(DataError);
  });
});

test("refuses zeros behind a gzip stream, which zlib passes over, and says where they start", async () => {
  const file = written("zeros.gz", Buffer.concat([packed, Buffer.alloc(9)]));
  const error = await readBytes(file).catch((reason) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect(error.offset).toBe(packed.length);
});

describe("readRegularFile", () => {
  test("refuses folders, pipes and devices at once, and files that are too long", async () => {
    const pipe = join(root, "pipe");
    execFileSync("mkfifo", [pipe]);
    await expect(readRegularFile(pipe)).rejects.toThrow(/pipe or a device/);
    await expect(readRegularFile("/dev/zero")).rejects.toThrow(/pipe or a device/);
    mkdirSync(join(root, "folder"));
    await expect(readRegularFile(join(root, "folder"))).rejects.toThrow(/this is a folder/);
    await expect(readRegularFile(join(root, "none"))).rejects.toThrow(/no such file/);
    const file = written("three", Uint8Array.of(1, 2, 3));
    await expect(readRegularFile(file, 2)).rejects.toThrow(/3 bytes; the limit is 2 bytes/);
    expect(await readRegularFile(file, 3)).toHaveLength(3);
  });
});
