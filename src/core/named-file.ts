import { open, realpath, stat } from "node:fs/promises";
import { codeOf, type FileContent, replaceFile } from "./atomic-file.js";

const PERMISSIONS = 0o777;

/**
 * Writes a file that the user named. The old file stays until the whole new content is on the disk;
 * an interruption or a full disk leaves no partial file.
 *
 * It follows a link and replaces the target, which keeps its permissions. It writes directly to
 * anything that is not a regular file, such as `/dev/stdout` or a named pipe.
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
    else {
      await device.writeFile(content);
    }
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
