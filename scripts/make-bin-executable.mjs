/**
 * Makes the built commands of package.json's `bin` executable: tsc writes plain files, and npm sets
 * the bit only where it links a package, so `npx figment` in a checkout would be refused.
 */
import { chmodSync, existsSync, readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
for (const [name, path] of Object.entries(bin)) {
  const file = new URL(path, root);
  if (existsSync(file)) chmodSync(file, 0o755);
  else console.warn(`${name}: there is no ${path}`);
}
