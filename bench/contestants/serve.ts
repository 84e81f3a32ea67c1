import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A contestant's description of itself, sent when it is ready. */
export interface About {
  readonly name: string;
  readonly detail?: string;
  readonly threads: number;
  readonly parameters: number;
  /** Time from the library's loading until the first step can be taken. */
  readonly readyMs: number;
}

/** The requests that a child process answers. All contestants start from the same numbers. */
export interface Served {
  readonly about: About;
  /** Takes the next step with Figment's noise, and returns the loss before it. */
  loss(): Promise<number>;
  step(): Promise<unknown>;
  /** Computes only the loss of the batch; absent if only whole steps are possible. */
  forward?(): Promise<unknown>;
}

export type Request =
  | { readonly do: "losses" | "steps" | "forward"; readonly count: number }
  | { readonly do: "memory" };

/**
 * Answers requests, one line of JSON each. A child that fails answers `{ cannot: reason }` and ends.
 */
export async function serve(start: () => Promise<Served>): Promise<void> {
  const idleBytes = peakBytes();
  try {
    const served = await start();
    print(served.about);
    for await (const line of createInterface({ input: process.stdin })) {
      print(await answer(served, JSON.parse(line) as Request, idleBytes));
    }
  } catch (error) {
    print({ cannot: error instanceof Error ? error.message : String(error) });
  }
  process.exit();
}

async function answer(served: Served, request: Request, idleBytes: number): Promise<unknown> {
  switch (request.do) {
    case "losses": {
      const losses: number[] = [];
      for (let turn = 0; turn < request.count; turn++) losses.push(await served.loss());
      return { losses };
    }
    case "steps":
      return { times: await timed(() => served.step(), request.count) };
    case "forward":
      return { times: served.forward ? await timed(served.forward, request.count) : [] };
    case "memory":
      return { peakBytes: peakBytes(), idleBytes };
  }
}

async function timed(work: () => Promise<unknown>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

/**
 * Largest resident set of this process. On Linux not `ru_maxrss`, which starts at the size of the parent
 * process.
 */
function peakBytes(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(kib) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function print(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
