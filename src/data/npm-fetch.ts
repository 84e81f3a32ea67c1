import { dirname, join } from "node:path";
import { UnavailableError } from "../core/errors.js";
import type { Environment } from "./cache.js";

/** An answer whose body has not been read. */
export interface FetchedBody {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  json(): Promise<unknown>;
}

/** Gets an address; a path without a host is asked of npm's registry. */
export type Fetch = (
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<FetchedBody>;

/** npm's way to the network, and the registry it is set to. */
export interface NpmNetwork {
  readonly fetch: Fetch;
  readonly registry: string;
  /** npm's setting of the same name: which hosts of tarballs give way to the registry's. */
  readonly replaceRegistryHost: string;
}

/**
 * The network as npm itself would use it here: registry, credentials, proxies, certificates, time
 * limits and retries come from npm's configuration (`.npmrc` files and `npm_config_*` variables).
 *
 * `fetch` throws UnavailableError when the server cannot be reached or does not have the address.
 */
export async function npmNetwork(env: Environment = process.env): Promise<NpmNetwork> {
  const [{ default: Config }, { default: settings }, { default: registryFetch }] =
    await Promise.all([
      import("@npmcli/config"),
      import("@npmcli/config/lib/definitions/index.js"),
      import("npm-registry-fetch"),
    ]);
  const config = new Config({
    ...settings,
    npmPath: join(dirname(process.execPath), "..", "lib", "node_modules", "npm"),
    argv: [],
    // A copy: loading writes npm_config_* variables for npm's children.
    env: { ...env },
    cwd: process.cwd(),
  });
  await config.load();
  // npm's own cache would hold the tarball a second time.
  const options = { ...config.flat, cache: null };
  const registry = String(config.flat.registry);
  return {
    registry,
    replaceRegistryHost: String(config.flat.replaceRegistryHost ?? "npmjs"),
    async fetch(url, headers = {}) {
      try {
        const answer = await registryFetch(url, {
          ...options,
          // Compressed on the way, a body would have neither a known length nor parts to resume.
          headers: { "accept-encoding": "identity", ...headers },
        });
        return {
          status: answer.status,
          header: (name) => answer.headers.get(name) ?? undefined,
          body: answer.body,
          json: () => answer.json(),
        };
      } catch (error) {
        const { code, statusCode, message } = error as {
          code?: string;
          statusCode?: number;
          message?: string;
        };
        const where = URL.canParse(url) ? url : `${registry.replace(/\/$/, "")}/${url}`;
        const reason = statusCode === undefined ? (code ?? message) : `HTTP ${statusCode}`;
        throw new FetchError(`${where} could not be fetched (${reason})`, statusCode);
      }
    },
  };
}

/** A server that cannot be reached, or an answer of 4xx or 5xx. */
export class FetchError extends UnavailableError {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

interface Packument {
  readonly versions?: Readonly<
    Record<string, { readonly dist?: { readonly tarball?: string } } | undefined>
  >;
}

/**
 * Address of a package's tarball, as the registry tells it.
 *
 * @throws UnavailableError when the registry cannot be reached or lacks the version
 */
export async function tarballUrl(npm: NpmNetwork, name: string, version: string): Promise<string> {
  const answer = await npm.fetch(name, { accept: "application/vnd.npm.install-v1+json" });
  const { versions } = (await answer.json()) as Packument;
  const tarball = versions?.[version]?.dist?.tarball;
  if (tarball === undefined)
    throw new UnavailableError(`the npm registry ${npm.registry} has no ${name} ${version}`);
  const url = new URL(tarball);
  const registry = new URL(npm.registry);
  const { replaceRegistryHost: replaced } = npm;
  if (
    replaced === "always" ||
    url.hostname === (replaced === "npmjs" ? "registry.npmjs.org" : replaced)
  ) {
    url.protocol = registry.protocol;
    url.host = registry.host;
    url.port = registry.port;
  }
  return url.href;
}
