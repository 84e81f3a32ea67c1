import type { DroppedFile } from "./decode-images.js";

/** The files of a drop, with those in folders. */
export async function filesOfDrop(data: DataTransfer): Promise<DroppedFile[]> {
  // Entries are lost after the first wait, so all are taken at once.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null);
  return (await Promise.all(entries.map(filesOf))).flat();
}

/** The files of a file input, with their paths where a folder was chosen. */
export const filesOfInput = (list: FileList): DroppedFile[] =>
  [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

async function filesOf(entry: FileSystemEntry): Promise<DroppedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DroppedFile[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
