import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RunError } from "./errors.js";

/** A temporary name has no more of the file's own name, so that no file's name is too long for it. */
const OWN_PART = 40;

/** Whether a file's name is one that {@link replaceFile} gives until the content is whole. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{12}\.tmp$/.test(name);
}

/** What a file is to hold, or what writes it piece by piece. */
export type FileContent = Uint8Array | string | ((file: FileHandle) => Promise<void>);

/**
 * Writes a file so that whoever looks, at whatever moment a process or the machine stops, finds the
 * old content or the new one, whole. A link of that name is replaced, not followed.
 *
 * @throws RunError with path, cause and remedy; what was there before is untouched
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  try {
    await replaceFile(path, content);
  } catch (error) {
    throw fileProblem(error, `cannot write ${path}`);
  }
}

/**
 * {@link writeFileAtomic} with the file system's own errors: to a temporary name beside it, synced,
 * renamed over it, and the directory synced.
 *
 * Not the package write-file-atomic: it does not sync the directory, so that a power cut may undo
 * the rename.
 *
 * @param mode  permissions of the new file; by default those that new files have
 */
export async function replaceFile(
  path: string,
  content: FileContent,
  mode?: number,
): Promise<void> {
  const name = basename(path).slice(0, OWN_PART);
  const temporary = join(dirname(path), `.${name}.${randomBytes(6).toString("hex")}.tmp`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, "wx");
    if (mode !== undefined) await handle.chmod(mode);
    if (typeof content === "function") await content(handle);
    else await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    // Best effort: the reader needs the first error, and a temporary that stays is cleaned up later.
    await handle?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes renames within a directory outlast a power cut, where the platform can. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } catch (error) {
    const unsupported = ["EINVAL", "ENOTSUP"].includes(codeOf(error) ?? "");
    if (!unsupported) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Removes what interrupted writes left in a directory. Only for the process that alone writes there.
 *
 * @returns the names removed
 */
export async function removeTemporaries(directory: string): Promise<string[]> {
  try {
    const names = (await readdir(directory)).filter(isTemporary);
    for (const name of names) await rm(join(directory, name), { force: true });
    return names;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw fileProblem(error, `cannot clean up ${directory}`);
  }
}

/**
 * Makes a directory and those above it. Node's own recursive `mkdir` calls a read-only file system a
 * missing file.
 *
 * @returns whether it was not there before
 * @throws RunError when it cannot be made
 */
export async function makeDirectory(path: string): Promise<boolean> {
  if (await isDirectory(path)) return false;
  if (dirname(path) !== path) await makeDirectory(dirname(path));
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    const madeMeanwhile = codeOf(error) === "EEXIST" && (await isDirectory(path));
    if (madeMeanwhile) return false;
    throw fileProblem(error, `cannot make the directory ${path}`);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // why not is for the attempt to make it to say
  }
}

/** The operating system's code of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Cause and remedy, by the operating system's code. */
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device. Free some space or choose another directory",
  EDQUOT: "the disk quota is used up. Free some space or choose another directory",
  EROFS: "the file system is read-only. Choose a directory that can be written",
  EACCES: "permission is denied. Change the permissions or choose another directory",
  EPERM: "the operation is not permitted. Change the permissions or choose another directory",
  ENOENT: "there is no such file or directory. Check the path",
  EEXIST: "there is a file of that name. Choose another name",
  ENOTDIR: "a part of the path is a file, not a directory. Check the path",
  EISDIR: "it is a directory, not a file. Check the path",
  ENAMETOOLONG: "the name is too long. Choose a shorter one",
  ELOOP: "the links of this path lead in a circle. Check the path",
  EMFILE: "too many files are open. Raise the limit (ulimit -n)",
  EIO: "the device failed to read or write. Check the disk",
};

/**
 * What the file system refused, for the person who reads it.
 *
 * @param action  what was tried, with the path: `cannot write /a/b`
 * @returns       a RunError, or the error itself where the file system had no part in it
 */
export function fileProblem(error: unknown, action: string): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof RunError) return error;
  const problem = PROBLEMS[code] ?? (error as Error).message;
  return new RunError(`${action}: ${problem} (${code}).`, { cause: error });
}
