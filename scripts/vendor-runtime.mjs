/**
 * Copies ONNX Runtime's package into Figment's own, as `npm pack` does before it packs:
 *
 *   node scripts/vendor-runtime.mjs [TARGET]    by default vendor/onnxruntime-node
 *
 * As a dependency, the package runs a script at each installation that downloads CUDA files from outside
 * the npm registry, and the installation fails where it cannot. A package cannot decline the scripts of its
 * dependencies, so Figment carries the files that it needs, as they were installed here by the lock file.
 *
 * Plain JavaScript without dependencies, because it must run wherever a package is packed.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "node_modules/onnxruntime-node");
const target = process.argv[2] ?? join(root, "vendor/onnxruntime-node");

const { name, version, license, main } = JSON.parse(
  readFileSync(join(source, "package.json"), "utf8"),
);
/** A second copy of the library under its full version, which nothing links to. */
const twin = `libonnxruntime.${version}.dylib`;

/** What Figment runs: no types, no maps, and no CUDA files that were installed here on request. */
const isNeeded = (path) =>
  !/\.(d\.ts|map)$/.test(path) &&
  !/libonnxruntime_providers_/.test(path) &&
  basename(path) !== twin;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const folder of ["dist", "bin"]) {
  cpSync(join(source, folder), join(target, folder), { recursive: true, filter: isNeeded });
}
writeFileSync(
  join(target, "package.json"),
  `${JSON.stringify({ name, version, license, main }, null, 2)}\n`,
);
cpSync(join(root, "scripts/onnxruntime-license.txt"), join(target, "LICENSE"));
const library = join(target, "bin/napi-v6/linux/x64/libonnxruntime.so.1");
if (!existsSync(library)) throw new Error(`${source} has no ${library}: run npm ci`);
console.log(`${name} ${version} is now in ${target}`);
