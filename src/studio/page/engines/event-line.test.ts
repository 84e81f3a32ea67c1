import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SessionEvent } from "../../engine/events.js";
import { encodeWire } from "../../engine/wire.js";
import { eventLine } from "./event-line.js";

/** A connection that a test speaks into. */
class Source extends EventTarget {
  open = true;
  onopen = () => {};
  onerror = () => {};
  constructor(readonly url: string) {
    super();
    sources.push(this);
  }
  tell(session: string, number: number, event: SessionEvent): void {
    const message = { data: encodeWire(event), lastEventId: `${number}` };
    this.dispatchEvent(Object.assign(new Event(session), message));
  }
  close(): void {
    this.open = false;
  }
}

let sources: Source[];
let page: EventTarget & { hidden: boolean };
const openOnes = () => sources.filter(({ open }) => open);

function show(seen: boolean): void {
  page.hidden = !seen;
  page.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  sources = [];
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal("document", page);
  vi.stubGlobal("EventSource", Source);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const note = (text: string): SessionEvent => ({ kind: "note", text });

test("seven sessions share a connection, which a hidden page lets go of and takes up where it was", () => {
  const line = eventLine();
  const heard: SessionEvent[] = [];
  for (let id = 0; id < 7; id++) line.follow(`s${id}`, (event) => heard.push(event));
  expect(openOnes()).toHaveLength(1);
  openOnes()[0].tell("s3", 5, note("five"));
  expect(heard).toEqual([note("five")]);
  show(false);
  expect(openOnes()).toEqual([]);
  show(true);
  expect(openOnes()[0].url).toMatch(/of=s2:0&of=s3:5&of=s4:0/);
});

test("a session shows that the server cannot be reached or has ended it, and recovers from the former", () => {
  const line = eventLine();
  const told: SessionEvent[] = [];
  line.follow("a", (event) => told.push(event));
  openOnes()[0].tell("a", 9, note("nine"));
  openOnes()[0].onerror();
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(2000);
  openOnes()[0].onerror();
  expect(told[1]).toMatchObject({
    status: "failed",
    problem: expect.stringContaining("cannot be reached"),
  });
  vi.advanceTimersByTime(2000);
  expect(openOnes()[0].url).toMatch(/of=a:0$/);
  openOnes()[0].dispatchEvent(Object.assign(new Event("gone"), { data: "a" }));
  expect(told[2]).toMatchObject({
    status: "failed",
    problem: expect.stringContaining("has ended"),
  });
});
