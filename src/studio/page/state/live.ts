import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { EngineError, type Session } from "../../engine/engine.js";
import {
  type FrameEvent,
  OPENING,
  type SessionEvent,
  type StateEvent,
} from "../../engine/events.js";
import type { QuestionName } from "../../engine/questions/index.js";

/** One value of a curve. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Curves by name, such as `train.loss`. */
export type Curves = ReadonlyMap<string, readonly Point[]>;

/** A session as components see it: signals that follow its events. */
export interface Live {
  readonly session: Session;
  readonly state: ReadonlySignal<StateEvent>;
  readonly curves: ReadonlySignal<Curves>;
  readonly notes: ReadonlySignal<readonly string[]>;
  /** The frames of a watch, oldest first. */
  frames(name: string): ReadonlySignal<readonly FrameEvent[]>;
  /** The newest frame of a watch, if it answers this question. */
  latest<N extends QuestionName>(name: string, question: N): FrameEvent<N> | undefined;
  close(): void;
}

const MOST_POINTS = 1200;
const MOST_FRAMES = 240;

export function follow(session: Session): Live {
  const state = signal(OPENING);
  const curves = signal<Curves>(new Map());
  const notes = signal<readonly string[]>(session.info.notes);
  const frames = new Map<string, Signal<readonly FrameEvent[]>>();
  const framesOf = (name: string) => {
    const found = frames.get(name) ?? signal<readonly FrameEvent[]>([]);
    frames.set(name, found);
    return found;
  };

  function take(event: SessionEvent): void {
    if (event.kind === "past") {
      curves.value = new Map();
      notes.value = session.info.notes;
      for (const kept of frames.values()) kept.value = [];
    }
    if (event.kind === "state") state.value = event;
    if (event.kind === "note") notes.value = [...notes.value, event.text];
    if (event.kind === "frame") {
      const kept = framesOf(event.name);
      kept.value = thinned([...kept.value, event], MOST_FRAMES);
    }
    if (event.kind === "metrics") {
      const next = new Map(curves.value);
      for (const [name, value] of Object.entries(event.metrics)) {
        const key = `${event.split}.${name}`;
        const points = [...(next.get(key) ?? []), { step: event.step, value }];
        next.set(key, thinned(points, MOST_POINTS));
      }
      curves.value = next;
    }
  }

  const stop = session.listen((event) => batch(() => take(event)));
  return {
    session,
    state,
    curves,
    notes,
    frames: framesOf,
    latest(name, question) {
      const last = framesOf(name).value.at(-1);
      return last?.question === question ? (last as FrameEvent<typeof question>) : undefined;
    },
    close() {
      stop();
      session.close();
    },
  };
}

/** Half of a history that grew too long, with its first and its last. */
const thinned = <E>(history: readonly E[], most: number): readonly E[] =>
  history.length <= most
    ? history
    : history.filter((_, at) => at % 2 === 0 || at === history.length - 1);

/** What went wrong, as people read it. */
export const problemOf = (error: unknown): string =>
  error instanceof EngineError || error instanceof Error ? error.message : String(error);
