import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { homeDirectory } from "../runtime/home-directory.js";
import { fileError } from "./file-error.js";

/** Environment variables, as a parameter so that tests need not change the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Stands for the cache of a user without a home directory: nothing is there, and nothing can be put there. */
export const NO_CACHE = join(devNull, "figment");

/**
 * The cache folder of data sets: `FIGMENT_CACHE`, else `figment` in the user's cache folder
 * (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on macOS; `%LOCALAPPDATA%` on Windows).
 * A user without a home directory has {@link NO_CACHE}.
 */
export function defaultCacheDir(
  env: Environment = process.env,
  platform: string = process.platform,
): string {
  if (env.FIGMENT_CACHE) return env.FIGMENT_CACHE;
  if (platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, "figment", "Cache");
  if (platform !== "darwin" && env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "figment");
  const home = homeDirectory();
  if (home === undefined) return NO_CACHE;
  return join(home, platform === "darwin" ? "Library/Caches" : ".cache", "figment");
}

/** The expected content of a file. */
export interface KnownFile {
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** Digest of a file's content. @throws DataError when it cannot be read */
export async function fileDigest(
  file: string,
  algorithm: "sha256" | "sha512",
  encoding: "hex" | "base64" = "hex",
): Promise<string> {
  const hash = createHash(algorithm);
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    throw fileError(file, error);
  }
  return hash.digest(encoding);
}

/** Whether every file is in the folder with the expected size; contents are not read. */
export async function holds(folder: string, files: readonly KnownFile[]): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(({ file }) =>
      stat(join(folder, file)).then(
        (found) => found.size,
        () => -1,
      ),
    ),
  );
  return sizes.every((size, i) => size === files[i].bytes);
}

/**
 * Fills a folder atomically: `fill` writes into a temporary folder beside it, which then replaces
 * it.
 *
 * @throws what `fill` throws, or DataError when the folder cannot be written
 */
export async function installFolder(
  folder: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  let temporary: string | undefined;
  try {
    await mkdir(dirname(folder), { recursive: true });
    temporary = await mkdtemp(`${folder}.tmp-`);
    await fill(temporary);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    throw isSystemError(error) ? fileError(folder, error) : error;
  }
}

const isSystemError = (error: unknown) =>
  error instanceof Error && "syscall" in error && "code" in error;
