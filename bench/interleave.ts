/** Something whose steps are timed. */
export interface Contestant {
  readonly name: string;
  /** Milliseconds that each of `count` steps took, one after the other. */
  time(count: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface Timing {
  readonly name: string;
  /** Median over all blocks, in milliseconds. */
  readonly medianMs: number;
  /** Tenth percentile: what the machine can do when nothing else runs. */
  readonly fastMs: number;
}

export interface InterleaveOptions {
  readonly blocks: number;
  readonly stepsPerBlock: number;
  /** Steps of each contestant before the first that counts. */
  readonly warmUp: number;
}

/**
 * Times contestants in turns, so that whatever else the machine does falls on all of them alike.
 * Ratios of such numbers hold; the numbers themselves depend on the day.
 */
export async function interleave(
  contestants: readonly Contestant[],
  { blocks, stepsPerBlock, warmUp }: InterleaveOptions,
): Promise<Timing[]> {
  const times = contestants.map(() => [] as number[]);
  for (const contestant of contestants) await contestant.time(warmUp);
  for (let block = 0; block < blocks; block++) {
    for (const [index, contestant] of contestants.entries()) {
      times[index].push(...(await contestant.time(stepsPerBlock)));
      await idle();
    }
  }
  return contestants.map(({ name }, index) => ({
    name,
    medianMs: quantile(times[index], 0.5),
    fastMs: quantile(times[index], 0.1),
  }));
}

/** Long enough for the threads of one contestant to go to sleep before the other's turn. */
const IDLE_MS = 100;

function idle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, IDLE_MS));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))];
}
