import type { TrainingProgress } from "../../training/session.js";
import { type MetricsEvent, OPENING, type SessionEvent, type Status } from "../engine/events.js";

const EVERY_MS = 100;

/** Turns the progress of a training into events, a few a second however fast it steps. */
export interface Reporter {
  /** Steps done, as last told. */
  readonly step: number;
  progress(progress: TrainingProgress): void;
  metrics(event: Omit<MetricsEvent, "kind">): void;
  note(text: string): void;
  status(status: Status, problem?: string): void;
  /** Sends what has gathered, at once. */
  flush(): void;
}

export function reporter(emit: (event: SessionEvent) => void): Reporter {
  let state = OPENING;
  let sums: Record<string, { sum: number; count: number }> = {};
  let sentAt = 0;
  let changed = false;
  const flush = () => {
    sentAt = performance.now();
    const means = Object.entries(sums).map(([name, { sum, count }]) => [name, sum / count]);
    sums = {};
    if (means.length > 0) {
      const metrics = Object.fromEntries(means);
      emit({ kind: "metrics", step: state.step, split: "train", metrics });
    }
    if (changed) emit(state);
    changed = false;
  };
  return {
    get step() {
      return state.step;
    },
    progress({ step, totalSteps = null, epoch, metrics, imagesPerSecond, secondsLeft = null }) {
      state = { ...state, step, totalSteps, epoch, imagesPerSecond, secondsLeft };
      changed = true;
      for (const [name, value] of Object.entries(metrics)) {
        sums[name] ??= { sum: 0, count: 0 };
        sums[name].sum += value;
        sums[name].count++;
      }
      if (performance.now() - sentAt >= EVERY_MS) flush();
    },
    metrics: (event) => emit({ kind: "metrics", ...event }),
    note: (text) => emit({ kind: "note", text }),
    status(status, problem) {
      if (status === state.status && problem === undefined) {
        // Who pauses looks at every step.
        if (status !== "running" && changed) flush();
        return;
      }
      state = { ...state, status, ...(problem !== undefined && { problem }) };
      changed = true;
      flush();
    },
    flush,
  };
}
