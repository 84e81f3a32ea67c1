import type { FrameEvent, SessionEvent } from "../engine/events.js";
import type { Subject } from "../engine/questions/question.js";
import type { Watch } from "../engine/spec.js";
import { answerTo } from "./desk.js";

/** Asks the watched questions when they are due, and sends the answers as frames. */
export interface Watcher {
  replace(watches: readonly Watch[]): void;
  /** Whether any frame is due: at once after a pause or a change, else after its time. */
  due(now: number): boolean;
  /** @param all  also those that are not due yet, unless they show this step already */
  look(step: number, subject: () => Promise<Subject>, all: boolean): Promise<void>;
}

export function watcher(first: readonly Watch[], emit: (event: SessionEvent) => void): Watcher {
  let entries = first.map(entryOf);
  return {
    replace(watches) {
      entries = watches.map(entryOf);
    },
    due: (now) => entries.some((entry) => now >= entry.dueAt),
    async look(step, subject, all) {
      for (const entry of entries) {
        const { watch, shownAt, dueAt } = entry;
        if (shownAt === step || (!all && performance.now() < dueAt)) continue;
        entry.shownAt = step;
        try {
          const answer = await answerTo(await subject(), watch.question, watch.request);
          const { name, question } = watch;
          emit({ kind: "frame", step, name, question, answer } as FrameEvent);
          entry.dueAt = performance.now() + watch.everyMs;
        } catch (error) {
          // One note is enough: the same question would fail again at every step.
          entry.dueAt = Number.POSITIVE_INFINITY;
          entry.shownAt = Number.POSITIVE_INFINITY;
          emit({ kind: "note", text: error instanceof Error ? error.message : String(error) });
        }
      }
    },
  };
}

const entryOf = (watch: Watch) => ({ watch, shownAt: -1, dueAt: 0 });
