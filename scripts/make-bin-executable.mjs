/**
 * Makes the built commands in package.json's `bin` executable. tsc writes plain files, and npm sets the
 * executable bit only when it links a package, so `npx figment` would fail in a checkout.
 */
import { chmodSync, existsSync, readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
for (const [name, path] of Object.entries(bin)) {
  const file = new URL(path, root);
  if (existsSync(file)) chmodSync(file, 0o755);
  else console.warn(`${name}: there is no ${path}`);
}
