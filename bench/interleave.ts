/** Something whose steps are timed. */
export interface Timed {
  /** Milliseconds that each of `count` steps took, one after the other. */
  time(count: number): Promise<readonly number[]>;
}

export interface Timing {
  /** Median over all blocks, in milliseconds. */
  readonly medianMs: number;
  /** Tenth percentile: what the machine can do when nothing else runs. */
  readonly fastMs: number;
  readonly count: number;
}

export interface InterleaveOptions {
  readonly blocks: number;
  /** Time that a contestant has in a block, give or take a step. */
  readonly blockMs: number;
}

/** A step this many times as long as a block is taken in the first block only. */
const TOO_LONG = 4;
const MOST_STEPS_A_BLOCK = 50;

/**
 * Times contestants in turns, so that whatever else the machine does falls on all of them alike.
 * Ratios of such numbers hold; the numbers themselves depend on the day. What a contestant throws is
 * its result.
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
      const typicalMs = quantile(times[index], 0.5);
      const fitting = Math.min(Math.round(blockMs / typicalMs), MOST_STEPS_A_BLOCK);
      const tooLong = Math.min(...times[index]) > TOO_LONG * blockMs;
      counts[index] = tooLong ? 0 : Math.max(fitting, 1);
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

/** Long enough for the threads of one contestant to go to sleep before the other's turn. */
const IDLE_MS = 100;

function idle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, IDLE_MS));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))];
}
