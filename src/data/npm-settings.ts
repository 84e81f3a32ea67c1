import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { homeDirectory } from "../runtime/home-directory.js";
import type { Environment } from "./cache.js";

/** Every setting of npm, in the form of options for npm's own packages. */
export type NpmSettings = Readonly<Record<string, unknown>>;

/** npm's settings here, from `.npmrc` files and `npm_config_*` variables. */
export async function npmSettings(env: Environment): Promise<NpmSettings> {
  const [{ default: Config }, { default: definitions }] = await Promise.all([
    import("@npmcli/config"),
    import("@npmcli/config/lib/definitions/index.js"),
  ]);
  const config = new Config({
    ...definitions,
    npmPath: join(dirname(process.execPath), "..", "lib", "node_modules", "npm"),
    argv: [],
    // A copy, because loading writes npm_config_* variables for npm's child processes. Without a home
    // directory npm fails; below the null device it finds no settings.
    env: { ...env, HOME: env.HOME || (homeDirectory() ?? devNull) },
    cwd: process.cwd(),
  });
  await config.load();
  return config.flat;
}

/** The registry of a package, which npm can set per scope. */
export function registryOf(settings: NpmSettings, name: string): string {
  const [scope] = name.startsWith("@") ? name.split("/") : [];
  return String((scope && settings[`${scope}:registry`]) ?? settings.registry);
}

/** Whether npm is set to a registry with this origin. */
export const isRegistry = (settings: NpmSettings, origin: string): boolean =>
  Object.entries(settings).some(
    ([key, value]) =>
      /(^|:)registry$/.test(key) &&
      typeof value === "string" &&
      URL.canParse(value) &&
      new URL(value).origin === origin,
  );
