import type { FrameEvent, SessionEvent } from "./events.js";

const MOST_METRICS = 4000;
const MOST_FRAMES = 200;

/** The past of a session, for a listener that comes late. What is kept is bounded. */
export interface PastEvents {
  add(event: SessionEvent): void;
  /** In an order that makes sense of them. */
  all(): SessionEvent[];
}

export function pastEvents(): PastEvents {
  let state: SessionEvent[] = [];
  let metrics: SessionEvent[] = [];
  const notes: SessionEvent[] = [];
  const frames = new Map<string, FrameEvent[]>();
  return {
    add(event) {
      if (event.kind === "state") state = [event];
      if (event.kind === "note" && notes.length < MOST_FRAMES) notes.push(event);
      if (event.kind === "metrics") {
        metrics.push(event);
        if (metrics.length > MOST_METRICS) metrics = everyOther(metrics);
      }
      if (event.kind === "frame") {
        const kept = [...(frames.get(event.name) ?? []), event];
        frames.set(event.name, kept.length > MOST_FRAMES ? everyOther(kept) : kept);
      }
    },
    all: () => [{ kind: "past" }, ...notes, ...metrics, ...[...frames.values()].flat(), ...state],
  };
}

/** Half of a history, with its first and its last. */
const everyOther = <E>(events: readonly E[]): E[] =>
  events.filter((_, at) => at % 2 === 0 || at === events.length - 1);
