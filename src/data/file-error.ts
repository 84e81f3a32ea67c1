import { DataError } from "../core/errors.js";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EISDIR: "this is a folder; a file is needed",
  ENOTDIR: "part of this path is a file, not a folder",
  ENAMETOOLONG: "the path is too long",
  EMFILE: "too many files are open",
  ERR_FS_FILE_TOO_LARGE: "the file is larger than 2 GiB; split it or use a folder of images",
};

/** A DataError that explains why a file could not be read or written. */
export function fileError(file: string, error: unknown): DataError {
  if (error instanceof DataError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  return new DataError(
    REASONS[code] ?? (error instanceof Error ? error.message : `${error}`),
    file,
  );
}
