import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../core/errors.js";
import { fileDigest, installFolder } from "../cache.js";
import { fileError } from "../file-error.js";
import { eachLimited } from "../map-limit.js";
import type { CacheOptions } from "../named-dataset.js";
import { type NpmTarball, withNpmTarball } from "../npm-tarball.js";
import { readNpy, writeNpy } from "../npy.js";
import { loadSharp } from "../sharp.js";
import { emojiCode } from "./code.js";
import { emojiFaces } from "./table.js";

/** Side of every emoji in pixels. */
export const SIDE = 64;
const PIXELS = 3 * SIDE * SIDE;

/** A tarball with one drawing per emoji, named by code points. */
export interface EmojiSource extends NpmTarball {
  /** Folder of the drawings within the tarball. */
  readonly folder: string;
  readonly extension: string;
}

/** Limit on the size of a drawing; none in the known packages is larger. */
const MOST_DRAWING_BYTES = 2 ** 20;
/** Dots per inch for rasterising vector drawings, before resizing them. */
const DENSITY = 288;
const IMAGES = "images.npy";
const CONTENT = "content.json";

const Content = z.strictObject({
  codes: z.array(z.string()).min(1).describe("codes of the images, in order"),
  sha256: z.string().describe("SHA-256 of images.npy"),
});

/** The files in the cache of an installed set. */
export const installedFiles = (folder: string) => [join(folder, IMAGES), join(folder, CONTENT)];

/**
 * Fetches a package of drawings and caches them as one byte array [N, 3, 64, 64] on a white
 * background, beside their code points. It leaves out drawings that the table does not list. The
 * folder appears whole or not at all.
 *
 * @throws UnavailableError when the registry cannot be reached
 * @throws DataError when the package is not the expected one or a drawing cannot be decoded
 */
export async function installEmoji(
  source: EmojiSource,
  folder: string,
  cacheDir: string,
  options: CacheOptions,
): Promise<void> {
  const faces = await emojiFaces();
  await withNpmTarball(source, cacheDir, options, async (tarball) => {
    const drawings = await readDrawings(tarball, source);
    const codes = faces.map(({ code }) => code).filter((code) => drawings.has(code));
    const pixels = new Uint8Array(codes.length * PIXELS);
    let done = 0;
    await eachLimited(codes, async (code, index) => {
      options.signal?.throwIfAborted();
      const drawing = drawings.get(code) ?? new Uint8Array();
      pixels.set(await rasterise(drawing, `${tarball}: ${code}`), index * PIXELS);
      options.onProgress?.({
        what: `decoding ${source.package}`,
        unit: "images",
        done: ++done,
        total: codes.length,
      });
    });
    await installFolder(folder, async (temporary) => {
      const images = join(temporary, IMAGES);
      await writeNpy(images, pixels, [codes.length, 3, SIDE, SIDE]);
      const content = { codes, sha256: await fileDigest(images, "sha256") };
      await writeFile(join(temporary, CONTENT), JSON.stringify(content));
    });
  });
}

/** Reads the drawings of a tarball, by code points. */
async function readDrawings(
  tarball: string,
  { folder, extension }: EmojiSource,
): Promise<Map<string, Uint8Array>> {
  const { list } = await import("tar");
  const reading = new Map<string, Promise<Uint8Array>>();
  const tooLong: string[] = [];
  const nameIn = (path: string) =>
    path.startsWith(folder) && path.endsWith(extension)
      ? path.slice(folder.length, -extension.length)
      : undefined;
  await list({
    file: tarball,
    filter: (path) => nameIn(path)?.includes("/") === false,
    onReadEntry(entry) {
      const name = nameIn(entry.path);
      if (name === undefined || entry.type !== "File") return;
      if (entry.size > MOST_DRAWING_BYTES) tooLong.push(entry.path);
      else {
        reading.set(emojiCode(name), entry.concat());
      }
    },
  });
  if (tooLong.length > 0) throw new DataError(`${tooLong[0]} is too long to be a drawing`, tarball);
  const drawings = new Map<string, Uint8Array>();
  for (const [code, bytes] of reading) drawings.set(code, await bytes);
  return drawings;
}

/** Rasterises a PNG, WebP or SVG, which Figment's hashes have verified, to [3, 64, 64] bytes. */
async function rasterise(drawing: Uint8Array, name: string): Promise<Uint8Array> {
  const sharp = await loadSharp();
  try {
    const interleaved = await sharp(drawing, { density: DENSITY })
      .flatten({ background: "#ffffff" })
      .resize(SIDE, SIDE, { kernel: "linear" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer();
    return Uint8Array.from({ length: PIXELS }, (_, at) => {
      const [channel, pixel] = [Math.floor(at / SIDE ** 2), at % SIDE ** 2];
      return interleaved[3 * pixel + channel];
    });
  } catch (error) {
    throw fileError(name, error);
  }
}

/**
 * Reads the installed images and their code points.
 *
 * @returns pixels are [codes.length, 3, 64, 64]
 * @throws DataError when they differ from what was installed
 */
export async function readInstalled(folder: string) {
  const [images, description] = installedFiles(folder);
  const text = await readFile(description, "utf8").catch((error) => {
    throw fileError(description, error);
  });
  const content = Content.safeParse(parsed(text));
  if (!content.success) throw new DataError("the content is not what Figment wrote", description);
  const { codes, sha256 } = content.data;
  const found = await fileDigest(images, "sha256");
  if (found !== sha256) {
    throw new DataError(`its SHA-256 is ${found}, but should be ${sha256}`, images);
  }
  const { data } = await readNpy(images);
  if (!(data instanceof Uint8Array && data.length === codes.length * PIXELS)) {
    throw new DataError(`it does not hold ${codes.length} images`, images);
  }
  return { codes, pixels: data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
