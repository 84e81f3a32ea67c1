import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodeWire } from "../../engine/wire.js";
import { serverEngine } from "./server-engine.js";

/** A server that opens and closes sessions, and never answers a question. */
let server: Server;
let requests: string[];
/** What the page does when its visitor leaves. */
let leave: (event: { readonly persisted: boolean }) => void;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url?.includes("/ask/")) response.on("close", () => requests.push("given up"));
    else response.end(encodeWire({ id: "first", kept: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { fetch } = globalThis;
  vi.stubGlobal("addEventListener", (_: string, listener: typeof leave) => {
    leave = listener;
  });
  vi.stubGlobal("fetch", (place: string, init?: RequestInit) =>
    fetch(new URL(place, `http://127.0.0.1:${port}`), init),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

test("a session that closes gives up its questions, before the server could refuse them", async () => {
  const session = await serverEngine().open({ kind: "opening", run: "zoo:any" });
  const asked = session.ask("pictures", { count: 1 });
  await vi.waitFor(() => expect(requests).toContain("POST /api/sessions/first/ask/pictures"));
  session.close();
  await expect(asked).rejects.toThrow("the question was given up");
  await expect(session.ask("pictures", { count: 1 })).rejects.toThrow("the question was given up");
  await vi.waitFor(() => expect(requests).toContain("DELETE /api/sessions/first"));
  await vi.waitFor(() => expect(requests).toContain("given up"));
  expect(requests.filter((request) => request.includes("/ask/"))).toHaveLength(1);
});

test("a server that is gone is told apart from a question that was given up", async () => {
  const session = await serverEngine().open({ kind: "opening", run: "zoo:any" });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(session.ask("pictures", { count: 1 })).rejects.toThrow("cannot be reached");
});

test("a session that serves one page ends with it, unless the browser keeps the page for its return", async () => {
  await serverEngine().open({ kind: "opening", run: "zoo:any" });
  leave({ persisted: true });
  leave({ persisted: false });
  leave({ persisted: false });
  await vi.waitFor(() => expect(requests).toContain("DELETE /api/sessions/first"));
  expect(requests).toHaveLength(2);
});
