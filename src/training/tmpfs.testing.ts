import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/**
 * Does work while a separate file system is mounted at a path.
 *
 * @param options  options of mount(8): `size=64k` for a small one, `ro` for a read-only one
 * @returns        false where mounting is not permitted; the work is then not done
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
