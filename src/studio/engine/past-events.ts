import type { FrameEvent, SessionEvent } from "./events.js";

const MOST_METRICS = 4000;
const MOST_FRAMES = 200;

/** An event, and how many events its session had told when it came. */
export interface NumberedEvent<E extends SessionEvent = SessionEvent> {
  readonly number: number;
  readonly event: E;
}

/** The past of a session, for a listener that comes late. What is kept is bounded. */
export interface PastEvents {
  add(event: SessionEvent): NumberedEvent;
  /** What came after an event, in order; all that is kept, announced as the past, where nothing was heard. */
  since(heard: number): NumberedEvent[];
}

export function pastEvents(): PastEvents {
  let told = 0;
  let state: NumberedEvent[] = [];
  let metrics: NumberedEvent[] = [];
  const notes: NumberedEvent[] = [];
  const frames = new Map<string, NumberedEvent<FrameEvent>[]>();
  return {
    add(event) {
      const numbered = { number: ++told, event };
      if (event.kind === "state") state = [numbered];
      if (event.kind === "note" && notes.length < MOST_FRAMES) notes.push(numbered);
      if (event.kind === "metrics") {
        metrics.push(numbered);
        if (metrics.length > MOST_METRICS) metrics = everyOther(metrics);
      }
      if (event.kind === "frame") {
        const kept = [...(frames.get(event.name) ?? []), { ...numbered, event }];
        frames.set(event.name, kept.length > MOST_FRAMES ? everyOther(kept) : kept);
      }
      return numbered;
    },
    since(heard) {
      const kept: NumberedEvent[] = [
        ...notes,
        ...metrics,
        ...[...frames.values()].flat(),
        ...state,
      ];
      const missed = kept
        .filter(({ number }) => number > heard)
        .sort((a, b) => a.number - b.number);
      return heard === 0 ? [{ number: 0, event: { kind: "past" } }, ...missed] : missed;
    },
  };
}

/** Half of a history, with its first and its last. */
const everyOther = <E>(events: readonly E[]): E[] =>
  events.filter((_, at) => at % 2 === 0 || at === events.length - 1);
