import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { codeOf, fileProblem } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_WRONLY } = constants;
/** Windows has neither. Without O_NONBLOCK, opening a pipe waits for its other end. */
const O_SAFE = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const MODES = {
  read: O_RDONLY,
  change: O_RDWR,
  append: O_WRONLY | O_CREAT | O_APPEND,
  begin: O_WRONLY | O_CREAT | O_APPEND | O_EXCL,
} as const;

/** What a file of a run is opened for; `append` goes on with one or begins it. */
export type RunFileMode = keyof typeof MODES;

const ACTIONS = { read: "read", change: "change", append: "write", begin: "write" } as const;

/**
 * Opens a file of a run directory, which may come from a stranger: a regular file, reached without a link
 * in its name. What is written to a link would land elsewhere, and a pipe or a device may never end.
 *
 * @throws RunError with path, cause and remedy
 */
export async function openRunFile(path: string, mode: RunFileMode): Promise<FileHandle> {
  try {
    requireNoLink(path, await lstat(path).catch(unlessMissing));
    const handle = await open(path, MODES[mode] | O_SAFE);
    try {
      requireFile(path, await handle.stat());
    } catch (error) {
      await handle.close();
      throw error;
    }
    return handle;
  } catch (error) {
    throw problemWith(error, path, mode);
  }
}

/** {@link openRunFile}, without waiting. @returns a file descriptor, for the caller to close */
export function openRunFileSync(path: string, mode: RunFileMode): number {
  try {
    requireNoLink(path, lstatSync(path, { throwIfNoEntry: false }));
    const file = openSync(path, MODES[mode] | O_SAFE);
    try {
      requireFile(path, fstatSync(file));
    } catch (error) {
      closeSync(file);
      throw error;
    }
    return file;
  } catch (error) {
    throw problemWith(error, path, mode);
  }
}

/** The content of a file of a run. @throws RunError as {@link openRunFile}, or when it is too long */
export async function readRunFile(
  path: string,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const handle = await openRunFile(path, "read");
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) {
      throw new RunError(
        `${path} has ${size} bytes, and no file of its kind has over ${mostBytes}`,
      );
    }
    return await handle.readFile();
  } catch (error) {
    throw problemWith(error, path, "read");
  } finally {
    await handle.close();
  }
}

/** @throws RunError when a folder of a run is there and is a link or no folder */
export async function requireOwnFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(unlessMissing);
  requireNoLink(path, found);
  if (found === undefined || found.isDirectory()) return;
  throw new RunError(`${path} is no directory, as it is in a run`);
}

interface Kind {
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

function requireNoLink(path: string, found: Kind | undefined): void {
  if (found?.isSymbolicLink() !== true) return;
  throw new RunError(
    `${path} is a link. A run is used only with files of its own: put what it leads to in its place`,
  );
}

function requireFile(path: string, found: Kind): void {
  if (found.isFile()) return;
  throw new RunError(`${path} is a directory, a pipe or a device, where a run has a file`);
}

function unlessMissing(error: unknown): undefined {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined;
  throw error;
}

const problemWith = (error: unknown, path: string, mode: RunFileMode): unknown =>
  fileProblem(error, `cannot ${ACTIONS[mode]} ${path}`);
