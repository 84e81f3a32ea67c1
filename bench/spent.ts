import { quantile } from "./interleave.js";

/** The time that some work took. */
export interface Spent {
  readonly ms: number;
  /** CPU time of all threads together, which other load affects less. */
  readonly cpuMs: number;
}

/** Runs some work and measures its time. */
export async function spend<T>(work: () => Promise<T>): Promise<Spent & { readonly result: T }> {
  const begin = performance.now();
  const used = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  return { result, ms: performance.now() - begin, cpuMs: (user + system) / 1000 };
}

export function median(times: readonly Spent[], of: keyof Spent = "ms"): number {
  return quantile(
    times.map((time) => time[of]),
    0.5,
  );
}

/** Formats medians, such as `1.234 s per pass, CPU time 2.345 s`. */
export function describeSpent(times: readonly Spent[], unit: string): string {
  const seconds = (of: keyof Spent) => (median(times, of) / 1000).toFixed(3).padStart(8);
  return `${seconds("ms")} s ${unit}, CPU time ${seconds("cpuMs")} s`;
}

/** Formats the ratios of Figment's time to the peer's. */
export function describeRatio(ours: readonly Spent[], theirs: readonly Spent[]): string {
  const ratio = (of: keyof Spent) => (median(ours, of) / median(theirs, of)).toFixed(3);
  return `ratio ${ratio("ms")}, of CPU time ${ratio("cpuMs")}`;
}
