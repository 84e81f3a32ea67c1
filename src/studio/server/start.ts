import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { UnavailableError } from "../../core/errors.js";
import { studioApp } from "./app.js";
import { sessionHub } from "./session-hub.js";

const SITE = fileURLToPath(new URL("../site/", import.meta.url));
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
/** All addresses of the machine. */
const ANY = ["0.0.0.0", "::"];
const LIMITS = { upload: 256 * 2 ** 20, request: 32 * 2 ** 20 };

export interface StudioOptions {
  /** The address to listen on; 127.0.0.1 by default. Any other needs the token that is then made. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port?: number;
  /** Names by which browsers may call the server, beside `localhost` and IP addresses. */
  readonly names?: readonly string[];
  /** The folder of runs. */
  readonly runs: string;
  readonly limits?: { readonly upload: number; readonly request: number };
}

export interface Studio {
  /** The address to open on this machine, with the token where there is one. */
  readonly url: string;
  /** Addresses to open on other machines, where it listens on all of this one's. */
  readonly elsewhere: readonly string[];
  readonly token: string | undefined;
  /** Saves the state of every training, and ends. */
  close(): Promise<void>;
}

/**
 * Serves the studio's page, and trains behind it.
 *
 * @throws UnavailableError when the page has not been built, or the address cannot be listened on
 */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { host = "127.0.0.1", port = 4400, names = [], runs, limits = LIMITS } = options;
  if (!existsSync(join(SITE, "index.html"))) {
    throw new UnavailableError("the studio's page is not built: npm run studio:build");
  }
  await mkdir(runs, { recursive: true });
  const token = LOOPBACK.includes(host) ? undefined : randomBytes(24).toString("base64url");
  const hub = sessionHub({ runs });
  const guard = { names: names.map((name) => name.toLowerCase()), token };
  const app = studioApp({ hub, guard, site: SITE, limits });
  const server = await listen(app.fetch, host, port);
  const { port: taken } = server.address() as AddressInfo;
  const urlAt = (name: string) =>
    `http://${name.includes(":") ? `[${name}]` : name}:${taken}/${token === undefined ? "" : `?token=${token}`}`;
  const isEverywhere = ANY.includes(host);
  return {
    url: urlAt(isEverywhere ? "localhost" : host),
    elsewhere: isEverywhere ? addresses().map(urlAt) : [],
    token,
    async close() {
      await hub.closeAll();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where other machines reach this one. */
const addresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((of) => of ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);

function listen(
  fetch: Parameters<typeof serve>[0]["fetch"],
  hostname: string,
  port: number,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, () => resolve(server)) as Server;
    server.once("error", (error) => {
      reject(new UnavailableError(`cannot listen on ${hostname}:${port}: ${error.message}`));
    });
  });
}
