import { setTimeout } from "node:timers/promises";
import { UnavailableError } from "../core/errors.js";
import type { Environment } from "./cache.js";
import { isRegistry, type NpmSettings, npmSettings } from "./npm-settings.js";

/** A response whose body has not been read. */
export interface FetchedBody {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Requests a URL. */
export type Fetch = (
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<FetchedBody>;

/** Network access as npm would have it, and npm's settings. */
export interface NpmNetwork {
  readonly fetch: Fetch;
  readonly settings: NpmSettings;
}

/** Options of {@link npmNetwork}. */
export interface NetworkOptions {
  /** Environment to read npm's configuration from; `process.env` by default. */
  readonly env?: Environment | undefined;
  /** Aborts a request or the transfer of a body; `fetch` then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The server cannot be reached, or answers with 4xx or 5xx. */
export class FetchError extends UnavailableError {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Statuses worth another attempt, besides those from 500 on. */
const PASSING = [408, 420, 429];

/** The host has no address here: the name is wrong, or there is no network. Another attempt fails, too. */
const HOPELESS = ["ENOTFOUND", "EAI_AGAIN"];

/** npm's defaults, in milliseconds. */
const NPM_RETRY = { retries: 2, factor: 10, minTimeout: 10_000, maxTimeout: 60_000 };

type Headers = Readonly<Record<string, string>>;

/**
 * Network access as npm itself would have it: registry, credentials, proxies, certificates, time
 * limits and retries come from npm's configuration. Credentials go only to the host and port they
 * are set for, even after a redirect. URLs are https; plain http is only for this machine and for a
 * registry that npm is set to.
 *
 * `fetch` throws FetchError when the server cannot be reached or does not have the URL.
 */
export async function npmNetwork(options: NetworkOptions = {}): Promise<NpmNetwork> {
  const settings = await npmSettings(options.env ?? process.env);
  return {
    settings,
    async fetch(url, headers = {}) {
      let at = new URL(url);
      try {
        for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
          requireSafe(at, settings);
          const answer = await patiently(at, headers, settings, options.signal);
          const location = REDIRECTS.includes(answer.status)
            ? answer.header("location")
            : undefined;
          if (answer.status < 400 && location === undefined) return answer;
          await discard(answer);
          if (location === undefined) throw new FetchError(`HTTP ${answer.status}`, answer.status);
          if (!URL.canParse(location, at.href)) {
            throw new FetchError(`it redirects to "${location}"`);
          }
          at = new URL(location, at);
        }
        throw new FetchError("too many redirects");
      } catch (error) {
        options.signal?.throwIfAborted();
        const { code, message, status } = error as FetchError & { code?: string };
        const reason = error instanceof FetchError ? message : (code ?? message);
        throw new FetchError(`cannot fetch ${at.href} (${reason})`, status);
      }
    },
  };
}

function requireSafe(url: URL, settings: NpmSettings): void {
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const mayBePlain = isLocal || isRegistry(settings, url.origin);
  if (url.protocol === "https:" || (url.protocol === "http:" && mayBePlain)) return;
  throw new FetchError("it is not an https URL");
}

/** Frees the connection of a response that is not read. */
async function discard({ body }: FetchedBody): Promise<void> {
  for await (const _ of body) break;
}

/** Requests a URL with as many attempts as npm is set to make. */
async function patiently(
  url: URL,
  headers: Headers,
  settings: NpmSettings,
  signal: AbortSignal | undefined,
): Promise<FetchedBody> {
  const { retries, factor, minTimeout, maxTimeout } = {
    ...NPM_RETRY,
    ...(settings.retry as Partial<typeof NPM_RETRY> | undefined),
  };
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await once(url, headers, settings, signal);
      const isPassing = PASSING.includes(answer.status) || answer.status >= 500;
      if (!isPassing || attempt >= retries) return answer;
      await discard(answer);
    } catch (error) {
      signal?.throwIfAborted();
      const { code = "" } = error as NodeJS.ErrnoException;
      if (attempt >= retries || HOPELESS.includes(code)) throw error;
    }
    const wait = Math.min(minTimeout * factor ** attempt, maxTimeout);
    await setTimeout(wait, undefined, { ...(signal && { signal }) });
  }
}

async function once(
  url: URL,
  headers: Headers,
  settings: NpmSettings,
  signal: AbortSignal | undefined,
): Promise<FetchedBody> {
  const [{ default: makeFetchHappen }, { default: registryFetch }] = await Promise.all([
    import("make-fetch-happen"),
    import("npm-registry-fetch"),
  ]);
  const { token, auth, cert, key } = registryFetch.getAuth(url.href, settings);
  const authorization = token ? `Bearer ${token}` : auth ? `Basic ${auth}` : undefined;
  const answer = await makeFetchHappen(url.href, {
    redirect: "manual",
    cache: "no-store",
    retry: false,
    signal,
    headers: {
      "user-agent": settings.userAgent,
      // A body compressed in transit would have no known length and could not be resumed.
      "accept-encoding": "identity",
      ...(authorization !== undefined && { authorization }),
      ...headers,
    },
    ca: settings.ca,
    cert: cert ?? settings.cert,
    key: key ?? settings.key,
    localAddress: settings.localAddress,
    noProxy: settings.noProxy,
    proxy: settings.httpsProxy || settings.proxy,
    strictSSL: settings.strictSSL,
    timeout: settings.timeout,
  });
  return {
    status: answer.status,
    header: (name) => answer.headers.get(name) ?? undefined,
    body: answer.body,
  };
}
