/** Something with steps to time. */
export interface Timed {
  /** Takes `count` steps in sequence and returns the milliseconds of each. */
  time(count: number): Promise<readonly number[]>;
}

export interface Timing {
  /** Median over all blocks, in milliseconds. */
  readonly medianMs: number;
  /** Tenth percentile: the time on a machine that runs nothing else. */
  readonly fastMs: number;
  readonly count: number;
}

export interface InterleaveOptions {
  readonly blocks: number;
  /** Time of a contestant in a block, to within a step. */
  readonly blockMs: number;
}

/** The block of many steps in which compilers that work while a program runs get done; it does not count. */
const WARM_UP = 1;
/** A step this many times as long as a block is taken only in the first block. */
const TOO_LONG = 4;
const MOST_STEPS_A_BLOCK = 50;

/**
 * Times contestants in turns, so that other load on the machine affects all of them alike. The ratios
 * are reproducible; the times themselves depend on the load. Short steps are not counted before each
 * contestant has taken a block of them. If a contestant throws, the error is its result.
 */
export async function interleave(
  contestants: readonly Timed[],
  { blocks, blockMs }: InterleaveOptions,
): Promise<(Timing | Error)[]> {
  const times = contestants.map(() => [] as number[]);
  const failures = new Map<number, Error>();
  const counts = contestants.map(() => 1);
  for (let block = 0; block < blocks; block++) {
    for (const [index, contestant] of contestants.entries()) {
      if (failures.has(index) || counts[index] === 0) continue;
      try {
        times[index].push(...(await contestant.time(counts[index])));
      } catch (error) {
        failures.set(index, error as Error);
        continue;
      }
      const warmsUp = block === WARM_UP && counts[index] > 1;
      const typicalMs = quantile(times[index], 0.5);
      const fitting = Math.min(Math.round(blockMs / typicalMs), MOST_STEPS_A_BLOCK);
      const tooLong = Math.min(...times[index]) > TOO_LONG * blockMs;
      counts[index] = tooLong ? 0 : Math.max(fitting, 1);
      if (warmsUp) times[index] = [];
      await idle();
    }
  }
  return times.map(
    (all, index) =>
      failures.get(index) ?? {
        medianMs: quantile(all, 0.5),
        fastMs: quantile(all, 0.1),
        count: all.length,
      },
  );
}

/** Long enough for one contestant's threads to go to sleep before the next contestant's turn. */
const IDLE_MS = 100;

function idle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, IDLE_MS));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))];
}
