import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/**
 * Does work on a file system of its own, mounted at a path for as long.
 *
 * @param options  of mount(8): `size=64k` for one that fills up, `ro` for one that is read-only
 * @returns        false where mounting is not permitted; nothing was then done
 */
export async function onTmpfs(
  path: string,
  options: string,
  work: () => Promise<void>,
): Promise<boolean> {
  mkdirSync(path, { recursive: true });
  const mount = spawnSync("sh", ["-c", 'mount -t tmpfs -o "$1" tmpfs "$0"', path, options]);
  if (mount.status !== 0) return false;
  try {
    await work();
    return true;
  } finally {
    spawnSync("sh", ["-c", 'umount "$0"', path]);
  }
}
