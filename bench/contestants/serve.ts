import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What a contestant says of itself once it is ready. */
export interface About {
  readonly name: string;
  readonly detail?: string;
  readonly threads: number;
  readonly parameters: number;
  /** From the library being loaded to the first step being possible. */
  readonly readyMs: number;
}

/** What a child process does when asked. Everything it computes starts from the same numbers. */
export interface Served {
  readonly about: About;
  /** Takes the next step with the noise that Figment draws for it, and tells the loss before it. */
  loss(): Promise<number>;
  step(): Promise<unknown>;
  /** The loss alone, of the whole batch; left out where only a step can be taken. */
  forward?(): Promise<unknown>;
}

export type Request =
  | { readonly do: "losses" | "steps" | "forward"; readonly count: number }
  | { readonly do: "memory" };

/**
 * Answers requests, a line of JSON each. A child that cannot do its part says so in its answer,
 * `{ cannot: reason }`, and ends.
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
 * Largest resident set of this process. Where Linux tells, not `ru_maxrss`: that begins at the size
 * of the process that started this one.
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
