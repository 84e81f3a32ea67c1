import { quantile } from "./interleave.js";

/** What work took. */
export interface Spent {
  readonly ms: number;
  /** Of all threads together: what else the machine does counts less here. */
  readonly cpuMs: number;
}

/** Does work, and says what it took. */
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

/** Medians, such as `1.234 s a pass, of the processor's time 2.345 s`. */
export function describeSpent(times: readonly Spent[], unit: string): string {
  const seconds = (of: keyof Spent) => (median(times, of) / 1000).toFixed(3).padStart(8);
  return `${seconds("ms")} s ${unit}, of the processor's time ${seconds("cpuMs")} s`;
}

/** Ours over the peer's. */
export function describeRatio(ours: readonly Spent[], theirs: readonly Spent[]): string {
  const ratio = (of: keyof Spent) => (median(ours, of) / median(theirs, of)).toFixed(3);
  return `ratio ${ratio("ms")}, of the processor's time ${ratio("cpuMs")}`;
}
