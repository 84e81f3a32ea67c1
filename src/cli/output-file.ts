import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, type FileContent, fileProblem, makeDirectory } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import { writeNamedFile } from "../core/named-file.js";

/**
 * Makes the parent directories of a path and checks that it can be written, before work that a
 * failure would lose.
 *
 * @throws RunError with the reason
 */
export async function prepareOutput(path: string): Promise<void> {
  try {
    await makeDirectory(dirname(path));
    const target = await existing(path);
    const found = target === undefined ? undefined : await stat(target);
    if (found?.isDirectory()) throw new RunError(`cannot write ${path}: it is a directory`);
    if (target !== undefined) await access(target, constants.W_OK);
    // A write needs a temporary file beside the old one.
    if (found?.isFile() !== false) await access(dirname(target ?? path), constants.W_OK);
  } catch (error) {
    throw fileProblem(error, `cannot write ${path}`);
  }
}

/** The real path behind a path; undefined where it does not exist yet. */
async function existing(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** {@link writeNamedFile}. @throws RunError with path, cause and remedy */
export async function writeOutput(path: string, content: FileContent): Promise<void> {
  try {
    await writeNamedFile(path, content);
  } catch (error) {
    throw fileProblem(error, `cannot write ${path}`);
  }
}
