/**
 * Time, for progress reports and records. Nothing that a run computes may depend on it: in the
 * library, only this file and the device probe read a clock.
 */
export interface Clock {
  /** Seconds of a monotonic clock, from an arbitrary start. */
  seconds(): number;
  /** Seconds since 1970 by the wall clock. */
  wallSeconds(): number;
}

export const systemClock: Clock = {
  seconds: () => performance.now() / 1000,
  wallSeconds: () => Date.now() / 1000,
};

/** The wall-clock time as ISO 8601 in UTC, to the second. */
export function timestamp(clock: Clock = systemClock): string {
  return `${new Date(clock.wallSeconds() * 1000).toISOString().slice(0, 19)}Z`;
}

/** The pace of work. */
interface Pace {
  /** Seconds since the meter was created. */
  readonly elapsedSeconds: number;
  /** Items per second over the last few seconds; 0 until known. */
  readonly perSecond: number;
  /** Seconds until `total` at this pace; undefined without a total or a pace. */
  readonly secondsLeft: number | undefined;
}

export interface PaceMeter {
  /** Records that `done` items are done in total, and returns the pace. */
  update(done: number): Pace;
}

/** Window of the pace in seconds: long enough to be steady, short enough to follow changes. */
const WINDOW_SECONDS = 10;

/**
 * Measures the pace of work.
 *
 * @param done   items already done before, when a training resumes
 * @param total  items after which the work is done
 */
export function paceMeter(
  { done: before = 0, total }: { done?: number; total?: number | undefined } = {},
  clock: Clock = systemClock,
): PaceMeter {
  const start = clock.seconds();
  const marks = [{ time: start, done: before }];
  return {
    update(done) {
      const time = clock.seconds();
      // One mark per tenth of the window bounds memory, however often this is called.
      if (time - marks.at(-1)!.time >= WINDOW_SECONDS / 10) marks.push({ time, done });
      while (marks.length > 1 && time - marks[1].time >= WINDOW_SECONDS) marks.shift();
      const { time: since, done: doneSince } = marks[0];
      const perSecond = time > since ? Math.max(0, done - doneSince) / (time - since) : 0;
      return {
        elapsedSeconds: time - start,
        perSecond,
        secondsLeft:
          total === undefined || perSecond === 0
            ? undefined
            : Math.max(0, total - done) / perSecond,
      };
    },
  };
}
