/**
 * Repairs package-lock.json after `npm install <package>`; with --check it only reports problems.
 *
 * 1. Native tools come as one optional package per platform. If a registry mirror lacks some of them,
 *    `npm install` omits them from the lock file, and `npm ci` then rejects the file on every machine.
 *    The packages that depend on them give exact versions, and their names contain the platform, so this
 *    script can restore the entries.
 * 2. package.json denies install scripts under `allowScripts`. npm 10 ignores that field and runs the
 *    script of every package that has one according to the lock file, so this script removes the mark.
 *
 * Plain JavaScript without dependencies, because it must run before anything is installed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const systems = ["aix", "android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "x64"];

/** `@biomejs/cli-linux-arm64-musl` → `{ cpu: ["arm64"], libc: ["musl"], os: ["linux"] }` */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const musl = words.some((word) => word.startsWith("musl"));
  const gnu = os === "linux" && words.some((word) => word.startsWith("gnu"));
  return { cpu: [cpu], ...((musl || gnu) && { libc: [musl ? "musl" : "glibc"] }), os: [os] };
}

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));
const repairs = [];

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] !== undefined || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const platform = platformOf(name);
    if (platform === undefined) continue;
    lock.packages[place] = {
      version,
      ...platform,
      optional: true,
      ...(entry.dev && { dev: true }),
    };
    repairs.push(`${name}@${version}: left out`);
  }
}

for (const [name, allowed] of Object.entries(manifest.allowScripts ?? {})) {
  const entry = lock.packages[`node_modules/${name}`];
  if (allowed || !entry?.hasInstallScript) continue;
  delete entry.hasInstallScript;
  repairs.push(`${name}: its install script is denied in package.json`);
}

for (const repair of repairs) console.log(`package-lock.json: ${repair}`);
if (repairs.length === 0) {
  console.log("package-lock.json is in order");
} else if (process.argv.includes("--check")) {
  console.log("Run: node scripts/lockfile.mjs");
  process.exitCode = 1;
} else {
  const places = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries(places);
  const path = new URL("../package-lock.json", import.meta.url);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
