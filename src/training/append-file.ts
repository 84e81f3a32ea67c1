import type { FileHandle } from "node:fs/promises";
import { fileProblem } from "../core/atomic-file.js";
import { syncFile, truncateFile } from "../core/open-file.js";
import { openRunFile } from "./run-file.js";

/** A file that grows by whole records. */
export interface AppendFile {
  /** @throws RunError when the record does not fit on the disk; no part of it then remains */
  append(record: Uint8Array): Promise<void>;
  /** Makes the appended records survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param mode  `append` to go on with a file, `begin` to make a new one
 * @throws RunError when the file cannot be opened
 */
export async function openAppend(
  path: string,
  mode: "append" | "begin" = "append",
): Promise<AppendFile> {
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw fileProblem(error, `cannot write ${path}`);
    }
  };
  const handle = await openRunFile(path, mode);
  let size = (await handle.stat()).size;
  return {
    append: (record) =>
      guard(async () => {
        await appendWhole(handle, record, size);
        size += record.length;
      }),
    sync: () => guard(() => syncFile(handle)),
    close: () => guard(() => handle.close()),
  };
}

async function appendWhole(handle: FileHandle, record: Uint8Array, size: number): Promise<void> {
  try {
    // A disk that fills up writes a part first and fails at the next attempt.
    for (let done = 0; done < record.length; ) {
      done += (await handle.write(record, done)).bytesWritten;
    }
  } catch (error) {
    await truncateFile(handle, size);
    throw error;
  }
}
