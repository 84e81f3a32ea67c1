import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../../core/errors.js";
import { defaultCacheDir, holds, installFolder, type KnownFile } from "../../../data/cache.js";
import { digestProblem } from "../../../data/cached-idx.js";
import type { CacheOptions } from "../../../data/named-dataset.js";
import { type NpmTarball, withNpmTarball } from "../../../data/npm-tarball.js";
import { Topology } from "../keras/topology.js";
import { exportedLiteral } from "./literal.js";

/** MIT: Infinite Red, Inc. (2019) */
const SOURCE: NpmTarball = {
  package: "nsfwjs",
  version: "4.4.0",
  bytes: 24_973_068,
  sha512:
    "krC1fgeTLXtZwgdpKJ0jm7hqv0gTSRQQRL+FhOaxaJ9Wj92t42BO3csO2odwgTAgZgf2RvkwPtp0R8Aa7dc+MA==",
};
const FOLDER = "package/dist/models";

/** Files of a network in the cache, taken out of the package's scripts. */
export interface CachedNetwork {
  /** Its folder in the package. */
  readonly folder: string;
  readonly topology: KnownFile;
  readonly weights: KnownFile;
}

export const mobilenet: CachedNetwork = {
  folder: "mobilenet_v2",
  topology: {
    file: "mobilenet_v2.json",
    bytes: 117_928,
    sha256: "feffc6868d61e412a4e7a22657a3d07a8a48df6e11688a9e25b77c23cb7b45c9",
  },
  weights: {
    file: "mobilenet_v2.bin",
    bytes: 2_619_461,
    sha256: "8e7dddbb16acacc1bf1601b1b8a761e730ff934b7f2d7771312b2f000e5f5f13",
  },
};

export const inception: CachedNetwork = {
  folder: "inception_v3",
  topology: {
    file: "inception_v3.json",
    bytes: 197_452,
    sha256: "f5882005bdfa95fa82c3d2fe0419b27495736336e1784a3563a8b746f3c3f7e3",
  },
  weights: {
    file: "inception_v3.bin",
    bytes: 22_360_869,
    sha256: "8a457f3fdec7db18b16e44323454db0eaeb8f314eda0046b2e293e58a5bfabf4",
  },
};

/** A network out of the cache. */
export interface LoadedNetwork {
  /** As it was stored, with what a conversion does not need. */
  readonly stored: unknown;
  readonly topology: Topology;
  readonly bytes: Uint8Array;
}

const NETWORKS = [mobilenet, inception];
const filesOf = ({ topology, weights }: CachedNetwork) => [topology, weights];

/**
 * Loads the layers and weights of a network of the npm package nsfwjs, whose code never runs. The package
 * is fetched on first use.
 *
 * @returns  the layers, and a byte for each weight
 * @throws UnavailableError when the registry cannot be reached
 * @throws DataError when the package or the cached files are not the expected ones
 */
export async function loadCached(
  network: CachedNetwork,
  options: CacheOptions,
): Promise<LoadedNetwork> {
  const cacheDir = options.cacheDir ?? defaultCacheDir(options.env);
  const folder = join(cacheDir, "extractors", `${SOURCE.package}-${SOURCE.version}`);
  if (!(await holds(folder, NETWORKS.flatMap(filesOf)))) await install(folder, cacheDir, options);
  for (const known of filesOf(network)) {
    const file = join(folder, known.file);
    const problem = await digestProblem(file, known);
    if (problem !== undefined) throw new DataError(`${problem}; delete it to fetch it again`, file);
  }
  const stored: unknown = JSON.parse(await readFile(join(folder, network.topology.file), "utf8"));
  return {
    stored,
    topology: Topology.parse(stored),
    bytes: await readFile(join(folder, network.weights.file)),
  };
}

async function install(folder: string, cacheDir: string, options: CacheOptions): Promise<void> {
  await withNpmTarball(SOURCE, cacheDir, options, async (tarball) => {
    const scripts = await readScripts(tarball);
    await installFolder(folder, async (temporary) => {
      for (const network of NETWORKS) {
        const literal = (name: string) =>
          exportedLiteral(scripts.get(`${network.folder}/${name}.min.js`) ?? "");
        const topology = literal("model");
        const { paths } = Topology.parse(topology).weightsManifest;
        const shards = paths.map((path) => Buffer.from(String(literal(path)), "base64"));
        await writeFile(join(temporary, network.topology.file), JSON.stringify(topology));
        await writeFile(join(temporary, network.weights.file), Buffer.concat(shards));
        for (const known of filesOf(network)) {
          const problem = await digestProblem(join(temporary, known.file), known);
          if (problem !== undefined) throw new DataError(problem, tarball);
        }
      }
    });
  });
}

/** The scripts of the networks, by their paths below the folder of networks. */
async function readScripts(tarball: string): Promise<Map<string, string>> {
  const { list } = await import("tar");
  const reading: Promise<readonly [string, string]>[] = [];
  const wanted = NETWORKS.map((network) => `${FOLDER}/${network.folder}/`);
  await list({
    file: tarball,
    filter: (path) => path.endsWith(".min.js") && wanted.some((start) => path.startsWith(start)),
    onReadEntry(entry) {
      reading.push(
        entry.concat().then((bytes) => [entry.path.slice(FOLDER.length + 1), bytes.toString()]),
      );
    },
  });
  return new Map(await Promise.all(reading));
}
