import { Hono } from "hono";
import { expect, test } from "vitest";
import type { SessionEvent } from "../engine/events.js";
import { pastEvents } from "../engine/past-events.js";
import { streamEvents } from "./events.js";
import type { SessionHub } from "./session-hub.js";

/** More events than may wait for a slow page. */
const MANY = 3000;

/** A hub whose sessions have told many notes and metrics, and tell nothing more. */
function quietHub(...ids: readonly string[]): SessionHub {
  const past = pastEvents();
  for (let step = 1; step <= MANY; step++) {
    past.add({ kind: "metrics", step, split: "train", metrics: { loss: step } });
  }
  past.add({ kind: "note", text: "last" });
  return {
    has: (id: string) => ids.includes(id),
    listen(_, heard, listener) {
      for (const numbered of past.since(heard)) listener(numbered);
      return () => undefined;
    },
  } as Partial<SessionHub> as SessionHub;
}

interface Message {
  readonly session: string;
  readonly id: number;
  readonly event: SessionEvent;
}

/** The messages that a page gets until it has seen `count`. */
async function messages(hub: SessionHub, asked: readonly string[], count: number) {
  const app = new Hono().get("/", (context) => streamEvents(context, hub, asked));
  const { body } = await app.request("/");
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  const found: Message[] = [];
  for (let text = ""; found.length < count; ) {
    const { done, value = "" } = await reader.read();
    if (done) break;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop()!;
    for (const block of blocks) {
      const {
        event: session,
        id,
        data,
      } = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/)));
      found.push({ session, id: Number(id), event: session === "gone" ? data : JSON.parse(data) });
    }
  }
  await reader.cancel();
  return found;
}

test("a long past comes whole, and in order", async () => {
  const found = await messages(quietHub("a"), ["a:0"], MANY + 2);
  expect(found.map(({ id }) => id)).toEqual(Array.from({ length: MANY + 2 }, (_, at) => at));
  expect(found[0].event).toEqual({ kind: "past" });
  expect(found.at(-1)!.event).toEqual({ kind: "note", text: "last" });
});

test("one stream carries several sessions, what each missed, and names those that are gone", async () => {
  const found = await messages(quietHub("a", "b"), [`a:${MANY - 1}`, `b:${MANY}`, "c:7"], 4);
  expect(found.map(({ session, id }) => [session, id])).toEqual([
    ["gone", Number.NaN],
    ["a", MANY],
    ["a", MANY + 1],
    ["b", MANY + 1],
  ]);
  expect(found[0].event).toBe("c");
});
