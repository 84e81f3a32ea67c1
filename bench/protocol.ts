import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { About, Request } from "./contestants/serve.js";

/** Why a contestant has no time to show. */
export class Cannot extends Error {}

/** A contestant in a process of its own, so that its memory and its threads are its own. */
export interface Contestant {
  readonly about: About;
  /** Losses of the first steps, taken with the noise that Figment draws. @throws Cannot */
  losses(count: number): Promise<number[]>;
  /** Milliseconds that each of so many steps took. @throws Cannot */
  steps(count: number): Promise<number[]>;
  /** The same without gradient and update; empty where there is no such thing. @throws Cannot */
  forward(count: number): Promise<number[]>;
  memory(): Promise<{ readonly peakBytes: number; readonly idleBytes: number }>;
  close(): void;
}

export type ContestantName = "figment" | "pytorch" | "tfjs" | "jax-js";

/** Debian's Python, for which the package python3-torch is made. */
const PYTHON = "/usr/bin/python3";

export interface StartOptions {
  readonly step: string;
  readonly threads: number;
  /** Where the weights, the batch and the noise lie. */
  readonly folder: string;
  /** Longest wait for an answer. */
  readonly patienceMs: number;
}

/** @throws Cannot when the contestant is not there or cannot take this step */
export async function startContestant(
  name: ContestantName,
  { step, threads, folder, patienceMs }: StartOptions,
): Promise<Contestant> {
  const parameters = [step, String(threads), folder];
  const child = name === "pytorch" ? spawnPython(parameters) : spawnNode(name, parameters);
  const ask = conversation(child, patienceMs);
  const about = (await ask()) as unknown as About;
  const times = async (request: Request) => (await ask(request)).times as number[];
  return {
    about,
    losses: async (count) => (await ask({ do: "losses", count })).losses as number[],
    steps: (count) => times({ do: "steps", count }),
    forward: (count) => times({ do: "forward", count }),
    memory: async () =>
      (await ask({ do: "memory" })) as unknown as { peakBytes: number; idleBytes: number },
    close: () => child.kill(),
  };
}

const SCRIPTS = {
  figment: new URL("./contestants/figment.ts", import.meta.url),
  tfjs: new URL("./contestants/tfjs.ts", import.meta.url),
  "jax-js": new URL("./contestants/jax-js.ts", import.meta.url),
};

function spawnNode(name: keyof typeof SCRIPTS, parameters: readonly string[]) {
  const script = fileURLToPath(SCRIPTS[name]);
  return spawn(process.execPath, ["--import", "tsx", script, ...parameters]);
}

function spawnPython(parameters: readonly string[]) {
  if (!existsSync(PYTHON)) throw new Cannot(`there is no ${PYTHON}`);
  const script = fileURLToPath(new URL("./peers/pytorch/serve.py", import.meta.url));
  // PyTorch divides the work itself; a second pool of threads within OpenBLAS only gets in the way.
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" };
  return spawn(PYTHON, [script, ...parameters], { env });
}

type Answer = Readonly<Record<string, unknown>>;

/** Sends a request, or none, and reads a line of JSON. */
function conversation(child: ChildProcessWithoutNullStreams, patienceMs: number) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let problems = "";
  child.stderr.on("data", (chunk) => {
    problems += chunk;
  });
  // What is written to a child that has ended is not lost on us: reading tells that it has.
  child.stdin.on("error", () => undefined);
  return async (request?: Request): Promise<Answer> => {
    if (request !== undefined) child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await inTime(lines.next(), patienceMs, () => child.kill("SIGKILL"));
    if (line === undefined) throw new Cannot(`a step takes more than ${patienceMs / 1000} s`);
    if (line.done) {
      const last = problems.trim().split("\n").at(-1);
      throw new Cannot(last || "the process ended without a word");
    }
    const answer = parse(line.value);
    if (typeof answer.cannot === "string") throw new Cannot(answer.cannot.split("\n")[0]);
    return answer;
  };
}

function parse(line: string): Answer {
  try {
    return JSON.parse(line);
  } catch {
    throw new Cannot(`an answer that is not JSON: ${line}`);
  }
}

async function inTime<T>(
  work: Promise<T>,
  patienceMs: number,
  stop: () => void,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const result = await Promise.race([work, late]);
  clearTimeout(timer);
  if (result === undefined) stop();
  return result;
}
