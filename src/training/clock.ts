/**
 * Time, for progress and for people. Nothing that a run computes may depend on it; of the
 * library only this file and the probe of devices read a clock.
 */
export interface Clock {
  /** Seconds of a clock that never jumps, from an arbitrary start. */
  seconds(): number;
  /** Seconds since 1970, by the wall. */
  wallSeconds(): number;
}

export const systemClock: Clock = {
  seconds: () => performance.now() / 1000,
  wallSeconds: () => Date.now() / 1000,
};

/** The wall clock as people and files write it: ISO 8601, UTC, to the second. */
export function timestamp(clock: Clock = systemClock): string {
  return `${new Date(clock.wallSeconds() * 1000).toISOString().slice(0, 19)}Z`;
}

/** How fast work goes. */
interface Pace {
  /** Since the meter was made. */
  readonly elapsedSeconds: number;
  /** Over the last few seconds; 0 until it can be told. */
  readonly perSecond: number;
  /** Until `total`, at this pace; undefined without a total or a pace. */
  readonly secondsLeft: number | undefined;
}

export interface PaceMeter {
  /** Notes that `done` items are done in all, and tells the pace. */
  update(done: number): Pace;
}

/** Seconds over which the pace is taken: long enough to be steady, short enough to follow changes. */
const WINDOW_SECONDS = 10;

/**
 * Measures how fast work goes.
 *
 * @param done   items that were done before, by an earlier run of a resumed training
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
      // A mark every tenth of the window bounds what is kept, however often this is called.
      if (time - marks.at(-1)!.time >= WINDOW_SECONDS / 10) marks.push({ time, done });
      while (marks.length > 1 && time - marks[1]!.time >= WINDOW_SECONDS) marks.shift();
      const { time: since, done: doneSince } = marks[0]!;
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
