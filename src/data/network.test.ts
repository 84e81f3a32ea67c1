import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DataError, UnavailableError } from "../core/errors.js";
import { download } from "./download.js";
import { FetchError, npmNetwork } from "./npm-fetch.js";
import { withNpmTarball } from "./npm-tarball.js";

const root = mkdtempSync(join(tmpdir(), "figment-network-"));

/** What each server answers, by address. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answers: Record<string, Answer> = {};
let seen: {
  readonly port: number;
  readonly url: string;
  readonly authorization: string | undefined;
}[] = [];
const servers: Server[] = [];

async function listen(): Promise<number> {
  const server = createServer((request, response) => {
    const port = request.socket.localPort ?? 0;
    seen.push({ port, url: request.url ?? "", authorization: request.headers.authorization });
    const answer = answers[request.url ?? ""];
    if (answer === undefined) response.writeHead(404).end();
    else {
      answer(request, response);
    }
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return (server.address() as AddressInfo).port;
}

let port: number;
let other: number;
let env: Record<string, string>;
const at = (path: string, of = port) => `http://127.0.0.1:${of}${path}`;

beforeAll(async () => {
  [port, other] = [await listen(), await listen()];
  const npmrc = join(root, "npmrc");
  writeFileSync(npmrc, `registry=${at("/")}\n//127.0.0.1:${port}/:_authToken=secret\n`);
  env = {
    HOME: root,
    npm_config_userconfig: npmrc,
    npm_config_fetch_retries: "1",
    npm_config_fetch_retry_mintimeout: "1",
  };
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  answers = {};
  seen = [];
});

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error("nothing was refused")),
    (error: Error) => error,
  );

async function text(url: string, signal?: AbortSignal): Promise<string> {
  const { fetch } = await npmNetwork({ env, signal });
  const { body } = await fetch(url);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("npmNetwork", () => {
  test("sends credentials to their own host and port only, also after a redirect", async () => {
    answers["/here"] = (_, response) => response.writeHead(302, { location: "/there" }).end();
    answers["/there"] = (_, response) =>
      response.writeHead(307, { location: at("/end", other) }).end();
    answers["/end"] = (_, response) => response.end("content");
    expect(await text(at("/here"))).toBe("content");
    expect(seen).toEqual([
      { port, url: "/here", authorization: "Bearer secret" },
      { port, url: "/there", authorization: "Bearer secret" },
      { port: other, url: "/end", authorization: undefined },
    ]);
  });

  test("refuses plain http beyond this machine, endless redirects and what is no address", async () => {
    expect(await failure(text("http://example.org/a"))).toBeInstanceOf(FetchError);
    await expect(text("http://example.org/a")).rejects.toThrow(/not an https URL/);
    await expect(text("file:///etc/hostname")).rejects.toThrow(/not an https URL/);
    answers["/plain"] = (_, response) =>
      response.writeHead(302, { location: "http://example.org/a" }).end();
    await expect(text(at("/plain"))).rejects.toThrow(/not an https URL/);
    answers["/round"] = (_, response) => response.writeHead(302, { location: "/round" }).end();
    await expect(text(at("/round"))).rejects.toThrow(/too many redirects/);
    answers["/odd"] = (_, response) => response.writeHead(302, { location: "http://[" }).end();
    await expect(text(at("/odd"))).rejects.toThrow(/redirects to "http:\/\/\["/);
  });

  test("tries again as often as npm is set to, when the server has a passing trouble", async () => {
    let times = 0;
    answers["/busy"] = (_, response) => response.writeHead(++times < 2 ? 503 : 200).end("done");
    expect(await text(at("/busy"))).toBe("done");
    answers["/broken"] = (_, response) => response.writeHead(500).end();
    await expect(text(at("/broken"))).rejects.toThrow(/HTTP 500/);
    expect(seen.filter(({ url }) => url === "/broken")).toHaveLength(2);
    answers["/cut"] = (_, response) => response.destroy();
    await expect(text(at("/cut"))).rejects.toThrow(FetchError);
    expect(seen.filter(({ url }) => url === "/cut")).toHaveLength(2);
  });

  test("does not wait for a host that has no address, for which another attempt would wait an hour", async () => {
    const patient = {
      ...env,
      npm_config_fetch_retries: "3",
      npm_config_fetch_retry_mintimeout: "3600000",
    };
    const { fetch } = await npmNetwork({
      env: { ...patient, npm_config_fetch_retry_maxtimeout: "3600000" },
    });
    // RFC 6761 keeps this name from ever being known.
    await expect(fetch("https://figment.invalid/a")).rejects.toThrow(/\((ENOTFOUND|EAI_AGAIN)\)/);
  });

  test("ends at once with the signal's reason, before an answer and within a body", async () => {
    const reason = new Error("interrupted");
    for (const answer of [
      () => undefined,
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(200).write("begun"),
    ]) {
      answers["/slow"] = answer;
      const controller = new AbortController();
      const ending = failure(text(at("/slow"), controller.signal));
      setTimeout(() => controller.abort(reason), 100);
      const error = await ending;
      // The body's own error is an AbortError; who reads it asks the signal for the reason.
      expect(error === reason || error.name === "AbortError").toBe(true);
    }
  });
});

describe("download", () => {
  const get = async (path: string, mostBytes: number, signal?: AbortSignal) => {
    const { fetch } = await npmNetwork({ env, signal });
    const file = join(root, `got${path.replaceAll("/", "-")}`);
    const problemWith = async () => undefined;
    await download({ url: at(path), file, mostBytes, fetch, signal, problemWith });
    return file;
  };

  test("refuses what is longer than it should be, whether or not the server says so", async () => {
    answers["/said"] = (_, response) => response.writeHead(200, { "content-length": 11 }).end("x");
    answers["/endless"] = (_, response) => {
      response.writeHead(200);
      response.write("0123456789");
      setTimeout(() => response.write("beyond"), 20);
    };
    for (const path of ["/said", "/endless"]) {
      const error = await failure(get(path, 10));
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toMatch(/more than the expected 10 bytes/);
      expect(existsSync(join(root, `got-${path.slice(1)}.part`))).toBe(false);
    }
    answers["/fits"] = (_, response) => response.end("0123456789");
    expect(readFileSync(await get("/fits", 10), "utf8")).toBe("0123456789");
  });

  test("keeps what came when it is interrupted", async () => {
    const controller = new AbortController();
    answers["/slow"] = (_, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("begun");
      setTimeout(() => controller.abort(new Error("interrupted")), 100);
    };
    await expect(get("/slow", 100, controller.signal)).rejects.toThrow("interrupted");
    expect(readFileSync(join(root, "got-slow.part"), "utf8")).toBe("begun");
  });
});

describe("a package's metadata", () => {
  const source = { package: "@tiny/data", version: "1.0.0", bytes: 7, sha512: "?" };
  const get = () => withNpmTarball(source, join(root, "cache"), { env }, async () => undefined);

  test.each([
    "null",
    "{}",
    "not JSON",
    "[]",
    '{"versions": null}',
    '{"versions": {"1.0.0": null}}',
    '{"versions": {"1.0.0": {"dist": null}}}',
    '{"versions": {"1.0.0": {"dist": {"tarball": "no address"}}}}',
  ])("is refused when it is %s", async (metadata) => {
    answers["/@tiny%2fdata"] = (_, response) => response.end(metadata);
    expect(await failure(get())).toBeInstanceOf(UnavailableError);
  });

  test("names the tarball, which must be the one expected", async () => {
    const tarball = at("/data.tgz");
    answers["/@tiny%2fdata"] = (_, response) =>
      response.end(JSON.stringify({ versions: { "1.0.0": { dist: { tarball } } } }));
    answers["/data.tgz"] = (_, response) => response.end("another");
    const error = await failure(get());
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/SHA-512/);
  });
});
