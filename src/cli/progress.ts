import { MultiBar } from "cli-progress";
import { duration } from "./format.js";
import { type Colours, isTerminal } from "./terminal.js";

/** How far work has come. */
export interface Stage {
  /** Share of the work that is done, in [0, 1]. */
  readonly fraction: number;
  /** What is being done, before the bar. */
  readonly label: string;
  /** Figures, behind the bar. */
  readonly details?: readonly string[];
  /** Where the work knows it better than its pace tells. */
  readonly secondsLeft?: number | undefined;
}

/** A bar on a terminal; elsewhere a plain line now and then. */
export interface Progress {
  update(stage: Stage): void;
  /** Shows news above the bar. False where there is no bar, and nothing was shown. */
  note(text: string): boolean;
  /** Takes the bar away. Can be called twice. */
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
    // The clock goes on while a slow step computes.
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
 * Time left in words, unless it is known from the pace since the first figure: the first of its part,
 * where work has several parts one after the other and each begins anew.
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
