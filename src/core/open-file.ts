import { fsync, ftruncate } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";

/*
 * By the number of the file, not by the handle's own methods: where Yarn has put its file system over
 * Node's (Plug'n'Play), handles lack them.
 */

/** Makes what was written to a file outlast a power cut. */
export const syncFile = ({ fd }: FileHandle): Promise<void> => promisify(fsync)(fd);

/** Cuts a file to its first bytes. */
export const truncateFile = ({ fd }: FileHandle, bytes: number): Promise<void> =>
  promisify(ftruncate)(fd, bytes);
