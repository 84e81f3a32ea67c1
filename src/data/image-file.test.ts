import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { DataError } from "../core/errors.js";
import { DamagedImageError, decodeImage, imageFileShape } from "./image-file.js";

const root = mkdtempSync(join(tmpdir(), "figment-image-file-"));
afterAll(() => rmSync(root, { recursive: true }));

function written(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(root, name), bytes);
  return join(root, name);
}
const reason = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error("nothing was refused")),
    (error: Error) => error,
  );

const noise = Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * i * 31 + i) & 255));
const picture = () => sharp(noise, { raw: { width: 40, height: 30, channels: 3 } });
const encoded = {
  PNG: await picture().png().toBuffer(),
  JPEG: await picture().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(),
  WebP: await picture().webp({ lossless: true }).toBuffer(),
  GIF: await picture().gif().toBuffer(),
  TIFF: await picture().tiff({ compression: "lzw" }).toBuffer(),
};
const formats = Object.entries(encoded);

describe.each(formats)("a %s file", (format, bytes) => {
  test("is read by its content, whatever its name", async () => {
    const file = written(`${format}.jpg`, bytes);
    expect(await imageFileShape(file)).toEqual({ channels: 3, height: 30, width: 40 });
    const { pixels, height, width } = await decodeImage(file, 3);
    expect([height, width, pixels.length]).toEqual([30, 40, noise.length]);
    const differences = pixels.map((value, at) => {
      const [channel, pixel] = [Math.floor(at / 1200), at % 1200];
      return Math.abs(value - noise[3 * pixel + channel]);
    });
    const mean = differences.reduce((sum, difference) => sum + difference, 0) / noise.length;
    // A GIF has 256 colours, a JPEG is lossy.
    expect(mean).toBeLessThan(format === "GIF" ? 60 : format === "JPEG" ? 4 : 1e-9);
  });

  test("is called truncated wherever it ends too early", async () => {
    const cuts = [1, 2, 3, 5, 8, 11, 12, 13, 20, 60, Math.floor(bytes.length / 2)];
    for (const cut of cuts) {
      const file = written("cut.png", bytes.subarray(0, bytes.length - cut));
      const error = await reason(decodeImage(file, 3));
      expect(error).toBeInstanceOf(DamagedImageError);
      expect(error.message).toMatch(`this ${format} is truncated`);
      expect((error as DataError).file).toBe(file);
    }
  });
});

describe("decodeImage", () => {
  test("takes the first picture of a GIF or TIFF with several", async () => {
    const flat = (r: number) =>
      sharp({ create: { width: 4, height: 3, channels: 3, background: { r, g: 0, b: 0 } } });
    const pages = await Promise.all([flat(255), flat(0)].map((page) => page.png().toBuffer()));
    const joined = sharp(pages, { join: { animated: true } });
    for (const bytes of [
      await joined.clone().gif().toBuffer(),
      await joined.clone().tiff({ compression: "lzw" }).toBuffer(),
    ]) {
      const file = written("pages.gif", bytes);
      expect(await imageFileShape(file)).toEqual({ channels: 3, height: 3, width: 4 });
      const { height, pixels } = await decodeImage(file, 3);
      expect([height, pixels[0]]).toEqual([3, 255]);
    }
  });

  test("turns colour to the grey of Rec. 601 as Pillow does", async () => {
    const fixture = JSON.parse(
      readFileSync(new URL("../../reference/grey.json", import.meta.url), "utf8"),
    ) as Record<"rgb" | "grey", string>;
    const rgb = Buffer.from(fixture.rgb, "base64");
    const raw = { width: rgb.length / 3, height: 1, channels: 3 as const };
    const file = written("colours.png", await sharp(rgb, { raw }).png().toBuffer());
    expect(Buffer.from((await decodeImage(file, 1)).pixels).toString("base64")).toBe(fixture.grey);
  });

  test("leaves grey images as they are, in one channel and in three", async () => {
    const levels = Uint8Array.from({ length: 256 }, (_, value) => value);
    const raw = { width: 256, height: 1, channels: 1 as const };
    const grey = sharp(levels, { raw }).toColourspace("b-w");
    for (const encoder of [
      grey.clone().png(),
      grey.clone().webp({ lossless: true }),
      grey.clone().tiff({ compression: "lzw" }),
    ]) {
      const file = written("grey", await encoder.toBuffer());
      expect([...(await decodeImage(file, 1)).pixels]).toEqual([...levels]);
      expect([...(await decodeImage(file, 3)).pixels]).toEqual([...levels, ...levels, ...levels]);
    }
  });

  test("refuses SVG and all else under the name of an image, before anything of it is run", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>';
    const heif = Uint8Array.from([0, 0, 0, 24, ...Buffer.from("ftypavif"), 0, 0, 0, 0]);
    for (const content of [svg, `<?xml version="1.0"?>\n${svg}`, heif, "BM", "text", "GIF8"]) {
      const file = written("a.png", content);
      for (const read of [() => decodeImage(file, 3), () => imageFileShape(file)]) {
        const error = await reason(read());
        expect(error).toBeInstanceOf(DamagedImageError);
        expect(error.message).toMatch(/not PNG, JPEG, WebP, GIF or TIFF/);
      }
    }
    await expect(decodeImage(written("empty.png", ""), 1)).rejects.toThrow(/empty/);
  });

  test("refuses an image of too many pixels by its header", async () => {
    const file = written("large.png", largePng(20_000, 20_000));
    for (const read of [() => decodeImage(file, 1), () => imageFileShape(file)]) {
      const error = await reason(read());
      expect(error).toBeInstanceOf(DamagedImageError);
      expect(error.message).toMatch(/20000×20000; the limit is 67,108,864 pixels/);
    }
  });

  test("refuses pipes, devices, folders and missing files, which are not called damaged", async () => {
    const pipe = join(root, "pipe.png");
    execFileSync("mkfifo", [pipe]);
    for (const file of [pipe, "/dev/zero", root, join(root, "none.png")]) {
      for (const read of [() => decodeImage(file, 3), () => imageFileShape(file)]) {
        const error = await reason(read());
        expect(error).toBeInstanceOf(DataError);
        expect(error).not.toBeInstanceOf(DamagedImageError);
      }
    }
  });

  test("says that a changed file is damaged, and why", async () => {
    const changed = Uint8Array.from(encoded.PNG);
    changed[Math.floor(changed.length / 2)] ^= 1;
    await expect(decodeImage(written("a.png", changed), 3)).rejects.toThrow(
      /a\.png: this PNG is damaged \(.+\)/,
    );
  });
});

/** A PNG whose header promises a size; its content is one compressed byte. */
function largePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}
