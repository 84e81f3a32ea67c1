/**
 * Installs a packed Figment in an empty project, and uses it there:
 *
 *   node install.mjs ROOT TARBALL PROJECT
 *
 * Prints what happened as JSON. Run in a network namespace of its own, it reaches nothing but itself.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startRegistry } from "./registry.mjs";

const [root, tarball, project] = process.argv.slice(2);
// Loopback is down in a new network namespace.
spawnSync("ip", ["link", "set", "lo", "up"]);
const registry = await startRegistry(root);
mkdirSync(project, { recursive: true });
writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true }\n');

const home = join(project, ".home");
const environment = {
  PATH: process.env.PATH,
  HOME: home,
  npm_config_cache: join(home, "npm"),
  npm_config_registry: registry.url,
  npm_config_fetch_retries: "0",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
};

/** Not spawnSync, which would stop the registry. */
async function run(program, ...args) {
  const child = spawn(program, args, { cwd: project, env: environment });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].on("data", (chunk) => (texts[name] += chunk));
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, ...texts };
}

const reachesWeb = await fetch("https://registry.npmjs.org/", { signal: AbortSignal.timeout(3000) })
  .then(() => true)
  .catch(() => false);
const installed = await run("npm", "install", tarball);
const sampled = await run(
  ...["npx", "--no-install", "figment", "sample", "zoo:vae-mnist", "-n", "4", "--out", "four.npy"],
);
const doctor = await run("npx", "--no-install", "figment", "doctor", "--json");
registry.close();
console.log(JSON.stringify({ reachesWeb, installed, sampled, doctor }));
