import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, UnavailableError } from "../core/errors.js";
import { gunzip, readBytes } from "./bytes.js";
import { installFolder, type KnownFile } from "./cache.js";
import {
  allFiles,
  cachedFolder,
  digestProblem,
  type IdxFiles,
  isCached,
  loadCachedIdx,
} from "./cached-idx.js";
import { download } from "./download.js";
import type { CacheOptions, NamedDataset } from "./named-dataset.js";
import { npmNetwork } from "./npm-fetch.js";

/** Gzipped IDX files, with the folders and URLs to find them. */
export interface MirroredSource {
  /** A system folder where a package may have installed them. */
  readonly systemFolder: string;
  readonly mirrors: readonly string[];
  readonly files: IdxFiles;
}

/** Upper bound in bytes on gzip's growth of incompressible data. */
const HEADROOM = 2 ** 16;

/** Sizes and digests of the unpacked files, because mirrors compress them differently. */
const SOURCE: MirroredSource = {
  systemFolder: "/usr/share/datasets/fashion-mnist",
  mirrors: ["https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion"],
  files: {
    train: {
      images: {
        file: "train-images-idx3-ubyte",
        bytes: 47_040_016,
        sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      },
      labels: {
        file: "train-labels-idx1-ubyte",
        bytes: 60_008,
        sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      },
    },
    test: {
      images: {
        file: "t10k-images-idx3-ubyte",
        bytes: 7_840_016,
        sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      },
      labels: {
        file: "t10k-labels-idx1-ubyte",
        bytes: 10_008,
        sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      },
    },
  },
};

const CLASSES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/** Fashion-MNIST, from Debian's package if installed, else from public mirrors. */
export const fashionMnist: NamedDataset = {
  name: "fashion-mnist",
  title: "Fashion-MNIST articles of clothing",
  channels: 1,
  height: 28,
  width: 28,
  splits: { train: 60_000, test: 10_000 },
  downloadBytes: 30_878_645,
  origin: "Debian's package dataset-fashion-mnist if installed, else Zalando's mirrors",
  licence: "MIT: Zalando SE (2017)",
  note: "fetched on first use",
  isAvailable: (cacheDir) => isCached(cacheDir, "fashion-mnist", SOURCE.files),
  fetch: (cacheDir, options) => fetchMirrored("fashion-mnist", SOURCE, cacheDir, options),
  load: (split, cacheDir) => loadCachedIdx("fashion-mnist", SOURCE.files, split, cacheDir, CLASSES),
};

/**
 * Copies the four unpacked files into the cache: from the system's folder if they are intact there,
 * else from the first mirror that has them.
 *
 * @throws UnavailableError when no mirror can be reached, DataError when a digest differs
 */
export async function fetchMirrored(
  name: string,
  source: MirroredSource,
  cacheDir: string,
  options: CacheOptions,
): Promise<void> {
  await installFolder(cachedFolder(cacheDir, name), async (temporary) => {
    for (const known of allFiles(source.files)) {
      const target = join(temporary, known.file);
      if (await copyFromSystem(source.systemFolder, known, target)) continue;
      await fetchFromMirrors(name, source, known, target, cacheDir, options);
    }
  });
  for (const { file } of allFiles(source.files))
    await rm(downloadedFile(cacheDir, name, file), { force: true });
}

const downloadedFile = (cacheDir: string, name: string, file: string) =>
  join(cacheDir, "downloads", `${name}-${file}.gz`);

/** @returns whether the file is there and intact */
async function copyFromSystem(folder: string, known: KnownFile, target: string): Promise<boolean> {
  const source = join(folder, `${known.file}.gz`);
  const packed = await readFile(source).catch(() => undefined);
  if (packed === undefined) return false;
  let unpacked: Uint8Array;
  try {
    unpacked = gunzip(packed, source, known.bytes);
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
  await writeFile(target, unpacked);
  return (await digestProblem(target, known)) === undefined;
}

async function fetchFromMirrors(
  name: string,
  { mirrors }: MirroredSource,
  known: KnownFile,
  target: string,
  cacheDir: string,
  { onProgress, env, signal }: CacheOptions,
): Promise<void> {
  const { fetch } = await npmNetwork({ env, signal });
  const failures: string[] = [];
  let damaged = false;
  for (const mirror of mirrors) {
    const file = downloadedFile(cacheDir, name, known.file);
    const problemWith = async (packed: string) => {
      try {
        await writeFile(target, await readBytes(packed, known.bytes));
      } catch (error) {
        if (error instanceof DataError) return error.message;
        throw error;
      }
      return digestProblem(target, known);
    };
    try {
      const url = `${mirror}/${known.file}.gz`;
      const mostBytes = known.bytes + HEADROOM;
      await download({ url, file, mostBytes, fetch, signal, onProgress, problemWith });
      return;
    } catch (error) {
      if (!(error instanceof DataError || error instanceof UnavailableError)) throw error;
      damaged ||= error instanceof DataError;
      failures.push(error.message);
    }
  }
  const message = `${failures.join("\n")}\nDebian and Ubuntu have it as the package dataset-fashion-mnist`;
  throw damaged ? new DataError(message) : new UnavailableError(message);
}
