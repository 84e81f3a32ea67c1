import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const figment = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "figment-data-get-"));

/** A registry that takes requests and never answers. */
const server = createServer(() => asked?.());
let asked: (() => void) | undefined;
let registry: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(root, { recursive: true });
});

test.each([
  ["data get", ["data", "get", "mnist"]],
  ["train", ["train", "gaussian", "--data", "mnist", "--out", join(root, "run")]],
])("%s ends at the first Ctrl-C while a registry does not answer", async (_, args) => {
  const request = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const child = spawn(process.execPath, [figment, ...args], {
    env: { ...process.env, FIGMENT_CACHE: join(root, "cache"), npm_config_registry: registry },
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  await request;
  const interrupted = performance.now();
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect((performance.now() - interrupted) / 1000).toBeLessThan(5);
  expect(readdirSync(root).filter((name) => name === "run")).toEqual([]);
});
