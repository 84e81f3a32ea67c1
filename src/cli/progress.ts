import { MultiBar } from "cli-progress";
import { duration } from "./format.js";
import { type Colours, isTerminal } from "./terminal.js";

/** The progress of work. */
export interface Stage {
  /** Share of the work done, in [0, 1]. */
  readonly fraction: number;
  /** Name of the current work, before the bar. */
  readonly label: string;
  /** Figures after the bar. */
  readonly details?: readonly string[];
  /** Set where the work knows it better than the pace suggests. */
  readonly secondsLeft?: number | undefined;
}

/** A bar on a terminal; elsewhere an occasional plain line. */
export interface Progress {
  update(stage: Stage): void;
  /**
   * Prints a message above the bar. Returns false where there is no bar; nothing is then printed.
   */
  note(text: string): boolean;
  /** Removes the bar. Can be called twice. */
  stop(): void;
}

const BAR_WIDTH = 24;
const SECONDS_BETWEEN_LINES = 5;

export function openProgress(stream: NodeJS.WritableStream, colours: Colours): Progress {
  return isTerminal(stream) ? barProgress(stream, colours) : lineProgress(stream);
}

function barProgress(stream: NodeJS.WritableStream, colours: Colours): Progress {
  const left = timeLeft();
  const bars = new MultiBar({
    stream,
    format: (_options, { progress }, { label, details, secondsLeft }: Stage) => {
      const done = Math.round(progress * BAR_WIDTH);
      const bar =
        colours.cyan("█".repeat(done)) + colours.dim("░".repeat(Math.max(0, BAR_WIDTH - done)));
      return [label, bar, percent(progress), ...(details ?? []), left(progress, secondsLeft)]
        .filter((part) => part !== "")
        .join("  ");
    },
    clearOnComplete: true,
    hideCursor: true,
    fps: 10,
    // Keep the clock running while a slow step computes.
    forceRedraw: true,
  });
  const showCursor = () => stream.write("\u001b[?25h");
  process.once("exit", showCursor);
  const bar = bars.create(1, 0, { label: "" });
  let running = true;
  return {
    update: ({ fraction, ...texts }) => bar.update(Math.min(1, fraction), texts),
    note(text) {
      bars.log(`${text}\n`);
      return true;
    },
    stop() {
      if (!running) return;
      running = false;
      bars.update();
      bars.stop();
      process.off("exit", showCursor);
    },
  };
}

function lineProgress(stream: NodeJS.WritableStream): Progress {
  const left = timeLeft();
  const start = performance.now();
  let shown = start;
  return {
    update({ fraction, label, details, secondsLeft }) {
      const remaining = left(fraction, secondsLeft);
      const now = performance.now();
      if (now - shown < SECONDS_BETWEEN_LINES * 1000) return;
      shown = now;
      const parts = [`${label} ${percent(fraction).trim()}`, ...(details ?? []), remaining];
      stream.write(`${parts.filter((part) => part !== "").join(", ")}\n`);
    },
    note: () => false,
    stop: () => {},
  };
}

const percent = (fraction: number) => `${Math.floor(fraction * 100)}%`.padStart(4);

/**
 * Returns a function that tells the time left, such as `0:12 left`: the given one if known, else
 * from the pace since the first fraction. A fraction below the last one starts a new part with its
 * own pace.
 */
function timeLeft(): (fraction: number, known?: number) => string {
  let first: { readonly fraction: number; readonly at: number } | undefined;
  let latest = 0;
  return (fraction, known) => {
    const now = performance.now();
    if (first === undefined || fraction < latest) first = { fraction, at: now };
    latest = fraction;
    const gained = fraction - first.fraction;
    if (fraction >= 1 || (known === undefined && gained <= 0)) return "";
    return `${duration(known ?? ((now - first.at) / 1000) * ((1 - fraction) / gained))} left`;
  };
}
