import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RunError } from "./errors.js";
import { syncFile } from "./open-file.js";

/**
 * Characters of the file's own name kept in a temporary name, so that it stays within name limits.
 */
const OWN_PART = 40;

/** Whether this is the name of a temporary file of {@link replaceFile}. */
export function isTemporary(name: string): boolean {
  return /^\..+\.[0-9a-f]{12}\.tmp$/.test(name);
}

/** A file's content, or a function that writes it piece by piece. */
export type FileContent = Uint8Array | string | ((file: FileHandle) => Promise<void>);

/**
 * Writes a file atomically: whenever a process or the machine stops, the file holds either the
 * whole old content or the whole new content. A link of that name is replaced, not followed.
 *
 * @throws RunError with path, cause and remedy; the old file is then untouched
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  try {
    await replaceFile(path, content);
  } catch (error) {
    throw fileProblem(error, `cannot write ${path}`);
  }
}

/**
 * {@link writeFileAtomic} with the file system's own errors. It writes a temporary file beside the
 * target, syncs it, renames it over the target and syncs the directory.
 *
 * The package write-file-atomic does not sync the directory, so a power cut may undo its rename.
 *
 * @param mode  permissions of the new file; by default those of any new file
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
    else {
      await handle.writeFile(content);
    }
    await syncFile(handle);
    await handle.close();
    handle = undefined;
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    // Best effort: report the first error. A temporary file that remains is removed later.
    await handle?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes renames within a directory survive a power cut, where the platform supports it. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await syncFile(handle);
  } catch (error) {
    const unsupported = ["EINVAL", "ENOTSUP"].includes(codeOf(error) ?? "");
    if (!unsupported) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Removes the temporary files that interrupted writes left in a directory. Call it only while no
 * other process writes there.
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
 * Makes a directory and its parents. Node's recursive `mkdir` reports a read-only file system as a
 * missing file.
 *
 * @returns whether the directory is new
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
    return false; // the attempt to make it reports the cause
  }
}

/** The operating system's error code, such as `ENOENT`. */
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
  EEXIST: "a file of that name exists. Choose another name",
  ENOTDIR: "part of the path is a file, not a directory. Check the path",
  EISDIR: "it is a directory, not a file. Check the path",
  ENAMETOOLONG: "the name is too long. Choose a shorter one",
  ELOOP: "the links of this path form a loop. Check the path",
  EMFILE: "too many files are open. Raise the limit (ulimit -n)",
  EIO: "the device failed to read or write. Check the disk",
};

/**
 * Turns an error of the file system into a message with cause and remedy.
 *
 * @param action  the failed action with its path: `cannot write /a/b`
 * @returns       a RunError, or the error itself where it is not from the file system
 */
export function fileProblem(error: unknown, action: string): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof RunError) return error;
  const problem = PROBLEMS[code] ?? (error as Error).message;
  return new RunError(`${action}: ${problem} (${code}).`, { cause: error });
}
