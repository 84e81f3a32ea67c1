import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Studio } from "../src/studio/server/start.js";

// Browsers and threads start slowly on a machine that has other work.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const start = fileURLToPath(new URL("../dist/studio/server/start.js", import.meta.url));
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

let folder: string;
let studio: Studio;
let startStudio: typeof import("../src/studio/server/start.js").startStudio;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "figment-studio-"));
  ({ startStudio } = await import(start));
  const limits = { upload: 100_000, request: 20_000 };
  studio = await startStudio({ port: 0, runs: join(folder, "runs"), limits });
});
afterAll(async () => {
  await studio?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request with any headers, `Host` among them, which `fetch` does not let anybody set. */
function ask(
  path: string,
  {
    method = "GET",
    headers = {},
    body,
    base = studio.url,
  }: { method?: string; headers?: Record<string, string>; body?: string; base?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const JSON_TYPE = { "content-type": "application/json" };
const post = (path: string, message: unknown, headers: Record<string, string> = {}) =>
  ask(path, {
    method: "POST",
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(message),
  });

const TRAINING = {
  kind: "training",
  model: "vae",
  data: "digits",
  training: { epochs: 5000 },
  watch: [{ name: "s", question: "sample", request: { count: 2 }, everyMs: 50 }],
};

async function open(spec: object): Promise<string> {
  const { status, text } = await post("/api/sessions", spec);
  expect(status, text).toBe(200);
  return JSON.parse(text).id;
}

/** Follows a session's events until one satisfies, over a connection of its own. */
function follow(id: string, enough: (event: Record<string, unknown>) => boolean) {
  const { hostname, port } = new URL(studio.url);
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    const sent = request({ hostname, port, path: `/api/events?of=${id}:0` }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
        const lines = text.split("\n\n");
        text = lines.pop() ?? "";
        for (const line of lines) {
          const data = /^data: (.*)$/m.exec(line)?.[1];
          if (data === undefined) continue;
          const event = JSON.parse(data);
          if (!enough(event)) continue;
          resolve(event);
          sent.destroy();
        }
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

const stepBeyond = (least: number) => (event: Record<string, unknown>) =>
  event.kind === "state" && (event.step as number) > least;

describe("who may talk to the server", () => {
  test("it listens on loopback, where no token is needed", async () => {
    expect(new URL(studio.url).hostname).toBe("127.0.0.1");
    expect(studio.token).toBeUndefined();
    expect((await ask("/api/sessions")).status).toBe(200);
  });

  test.each(["evil.example", "evil.example:4400", "127.0.0.1.evil.example", "localhost.evil"])(
    "a foreign Host is refused: %j",
    async (host) => {
      expect((await ask("/", { headers: { host } })).status).toBe(403);
      expect((await ask("/api/catalogue", { headers: { host } })).status).toBe(403);
    },
  );

  test.each(["http://evil.example", "null", "https://127.0.0.1", "http://localhost:1"])(
    "a foreign Origin is refused: %s",
    async (origin) => {
      const { status } = await post("/api/sessions", TRAINING, { origin });
      expect(status).toBe(403);
      expect((await ask("/api/sessions", { headers: { origin } })).status).toBe(403);
    },
  );

  test("its own page is not", async () => {
    const { origin } = new URL(studio.url);
    expect((await ask("/api/sessions", { headers: { origin } })).status).toBe(200);
  });

  test("a script of another site cannot read without an Origin either, but a link opens the page", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect((await ask("/api/sessions", { headers })).status).toBe(403);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask("/", { headers: link })).status).toBe(200);
  });

  test("a form of another site has the wrong type", async () => {
    const headers = { "content-type": "text/plain" };
    const body = JSON.stringify(TRAINING);
    expect((await ask("/api/sessions", { method: "POST", headers, body })).status).toBe(400);
  });

  test("elsewhere than on loopback everything takes the token", async () => {
    const other = await startStudio({ host: "0.0.0.0", port: 0, runs: join(folder, "other") });
    try {
      const { port } = new URL(other.url);
      const base = `http://127.0.0.1:${port}/`;
      const { token } = other;
      expect(token?.length).toBeGreaterThan(30);
      expect((await ask("/", { base })).status).toBe(401);
      expect((await ask("/api/catalogue", { base })).status).toBe(401);
      expect((await ask("/?token=wrong", { base })).status).toBe(401);
      const opened = await ask(`/?token=${token}`, { base });
      expect(opened.status).toBe(302);
      const [cookie] = opened.headers["set-cookie"] as string[];
      expect(cookie).toMatch(/HttpOnly/);
      expect(cookie).toMatch(/SameSite=Strict/);
      const headers = { cookie: cookie.split(";")[0] };
      expect((await ask("/api/sessions", { base, headers })).status).toBe(200);
      const authorization = `Bearer ${token}`;
      expect((await ask("/api/sessions", { base, headers: { authorization } })).status).toBe(200);
      expect(new URL(other.url).hostname).toBe("localhost");
      for (const url of [other.url, ...other.elsewhere]) {
        const { origin, search } = new URL(url);
        expect((await ask(`/${search}`, { base: `${origin}/` })).status, url).toBe(302);
      }
    } finally {
      await other.close();
    }
  });
});

describe("what it gives away", () => {
  test("the page, with a policy that allows no script but its own files", async () => {
    const { status, text, headers } = await ask("/");
    expect(status).toBe(200);
    expect(text).toContain("Figment Studio");
    const policy = `${headers["content-security-policy"]}`;
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval';/);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')/);
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
  });

  test.each([
    "/../package.json",
    "/..%2f..%2f..%2fpackage.json",
    "/assets/../../../../package.json",
    "/%2e%2e/%2e%2e/package.json",
    "/zoo/..%2f..%2fpackage.json",
    "/zoo/../../package.json",
    "//etc/passwd",
  ])("no file outside its folders: %s", async (path) => {
    const { status, text } = await ask(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toMatch(/figment|root:/);
  });

  test.each(["../..", "zoo:../../..", ".uploads"])(
    "no run outside its folders: %s",
    async (run) => {
      const { status } = await post("/api/sessions", { kind: "opening", run });
      expect(status).toBe(400);
    },
  );

  test.each(["/etc/passwd", "upload:../../x"])(
    "no data but named sets and uploads: %s",
    async (data) => {
      const { status, text } = await post("/api/sessions", { ...TRAINING, data });
      expect(status).toBe(400);
      expect(text).toMatch(/no data set/);
    },
  );

  test.each(["../out", "a/b", ".hidden", "", "x".repeat(80)])(
    "no run directory of another name than a plain one: %j",
    async (keep) => {
      expect((await post("/api/sessions", { ...TRAINING, keep })).status).toBe(400);
    },
  );
});

describe("what it bears", () => {
  test("an upload that is too large is refused, also without its length", async () => {
    const body = "x".repeat(200_000);
    const sent = await ask("/api/upload", { method: "POST", headers: JSON_TYPE, body });
    expect(sent.status).toBe(413);
    const chunked = { ...JSON_TYPE, "transfer-encoding": "chunked" };
    expect((await ask("/api/upload", { method: "POST", headers: chunked, body })).status).toBe(413);
  });

  test.each(["{", "[]", "null", '{"kind":"training"}', '{"$float32":"!"}', "\u0000"])(
    "a malformed message is refused with a reason: %j",
    async (body) => {
      const sent = { method: "POST", headers: JSON_TYPE, body };
      for (const path of ["/api/sessions", "/api/upload", "/api/compare"]) {
        const { status, text } = await ask(path, sent);
        expect(status, `${path} ${text}`).toBe(400);
        expect(JSON.parse(text).message.length).toBeGreaterThan(3);
      }
    },
  );

  test("malformed messages, odd bytes and lost connections kill no training; two pages watch one", async () => {
    const id = await open(TRAINING);
    await post(`/api/sessions/${id}/command`, { do: "explode" });
    await post(`/api/sessions/${id}/ask/sample`, { count: -1 });
    await post(`/api/sessions/${id}/ask/__proto__`, {});
    await post(`/api/sessions/${id}/ask/nothing`, {});
    const { hostname, port } = new URL(studio.url);
    const raw = connect(Number(port), hostname);
    raw.write("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n{");
    raw.destroy();
    const [one, two] = await Promise.all([follow(id, stepBeyond(5)), follow(id, stepBeyond(5))]);
    // Both have gone; the training has not.
    const reached = Math.max(one.step as number, two.step as number);
    const later = await follow(id, stepBeyond(reached + 20));
    expect(later.status).toBe("running");
    const { status, text } = await post(`/api/sessions/${id}/ask/sample`, { count: 3 });
    expect(status).toBe(200);
    expect(JSON.parse(text).count).toBe(3);
    expect((await ask(`/api/sessions/${id}`, { method: "DELETE" })).status).toBe(200);
    expect((await ask(`/api/sessions/${id}`)).status).toBe(404);
  });

  test("a page that comes late gets the past first", async () => {
    const id = await open(TRAINING);
    await follow(id, stepBeyond(30));
    const kinds: unknown[] = [];
    await follow(id, (event) => {
      kinds.push(event.kind);
      return event.kind === "state";
    });
    expect(kinds[0]).toBe("past");
    expect(kinds).toContain("metrics");
    expect(kinds).toContain("frame");
    await ask(`/api/sessions/${id}`, { method: "DELETE" });
  });

  test("the curve of a fit by passes has each pass once, as its run directory has", async () => {
    const training = { ...TRAINING, model: "hmm", binarise: "fixed", training: { epochs: 4 } };
    const id = await open({ ...training, validation: 0, keep: "passes", watch: [] });
    const curve: unknown[] = [];
    await follow(id, (event) => {
      if (event.kind === "metrics") curve.push([event.step, event.metrics]);
      return event.status === "finished";
    });
    const lines = readFileSync(join(folder, "runs/passes/metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(curve).toEqual(
      lines.map((line) => JSON.parse(line)).map(({ step, metrics }) => [step, metrics]),
    );
    await ask(`/api/sessions/${id}`, { method: "DELETE" });
  });

  test("a training that cannot begin says why", async () => {
    const { status, text } = await post("/api/sessions", { ...TRAINING, config: { latent: -1 } });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({
      message: expect.stringMatching(/latent: it takes integer ≥ 1/),
      origin: "ConfigError",
    });
  });
});

test("Ctrl-C saves the trainings, which the command line resumes", async () => {
  const runs = join(folder, "saved");
  const child = spawn(process.execPath, [main, "studio", "--port", "0", "--runs", runs], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const base = await new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk) => {
      const found = /http:\S+/.exec(String(chunk))?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const body = JSON.stringify({ ...TRAINING, keep: "kept" });
  const opened = await ask("/api/sessions", { method: "POST", headers: JSON_TYPE, body, base });
  expect(opened.status, opened.text).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.on("exit", resolve));
  expect(code).toBe(130);
  const record = JSON.parse(readFileSync(join(runs, "kept/run.json"), "utf8"));
  expect(record.status).toBe("interrupted");
  expect(record.progress.step).toBeGreaterThan(0);
  expect(existsSync(join(runs, "kept/run.lock"))).toBe(false);
  const more = ["train", "--resume", join(runs, "kept"), "--steps", `${record.progress.step + 2}`];
  const resumed = spawn(process.execPath, [main, ...more], { stdio: "ignore" });
  expect(await new Promise((resolve) => resumed.on("exit", resolve))).toBe(0);
});
