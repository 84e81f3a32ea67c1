import { open, realpath, stat } from "node:fs/promises";
import { codeOf, type FileContent, replaceFile } from "./atomic-file.js";

const PERMISSIONS = 0o777;

/**
 * Writes the file that a user has named. As long as the new content is not whole on the disk, the old
 * file stays as it is; an interruption or a full disk leaves no part of a new one.
 *
 * A link is followed: the file that it leads to is replaced, and keeps its permissions. What is no
 * file, such as `/dev/stdout` or a named pipe, is written to directly.
 *
 * @throws the file system's error
 */
export async function writeNamedFile(path: string, content: FileContent): Promise<void> {
  const target = await unlessAbsent(realpath(path));
  if (target === undefined) return replaceFile(path, content);
  const found = await stat(target);
  if (found.isFile()) return replaceFile(target, content, found.mode & PERMISSIONS);
  const device = await open(target, "w");
  try {
    if (typeof content === "function") await content(device);
    else await device.writeFile(content);
  } finally {
    await device.close();
  }
}

async function unlessAbsent<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
