import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { About, Request } from "./contestants/serve.js";

/** The reason why a contestant cannot be timed. */
export class Cannot extends Error {}

/** A contestant in a separate process, with its own memory and threads. */
export interface Contestant {
  readonly about: About;
  /** Losses of the first steps, with Figment's noise. @throws Cannot */
  losses(count: number): Promise<number[]>;
  /** Takes steps and returns the milliseconds of each. @throws Cannot */
  steps(count: number): Promise<number[]>;
  /** The same without gradient and update; empty if the contestant cannot do that. @throws Cannot */
  forward(count: number): Promise<number[]>;
  memory(): Promise<{ readonly peakBytes: number; readonly idleBytes: number }>;
  close(): void;
}

/** PyTorch takes part twice: step by step as users write it, and through `torch.compile`. */
export type ContestantName = "figment" | "pytorch" | "pytorch-compile" | "tfjs" | "jax-js";

/** Debian's Python, to which the package python3-torch belongs. */
export const DEBIAN_PYTHON = "/usr/bin/python3";

export interface StartOptions {
  readonly step: string;
  readonly threads: number;
  /** Folder with the weights, the batch and the noise. */
  readonly folder: string;
  /** Timeout of an answer. */
  readonly patienceMs: number;
  /** The Python interpreter whose PyTorch is timed. */
  readonly python: string;
}

/** What `torch.compile` may take before the first step: a compiler runs for each kind of pass. */
const COMPILATION_MS = 600_000;

/** @throws Cannot when the contestant is not installed or cannot take this step */
export async function startContestant(
  name: ContestantName,
  { step, threads, folder, patienceMs, python }: StartOptions,
): Promise<Contestant> {
  const parameters = [step, String(threads), folder];
  const compiled = name === "pytorch-compile";
  const child =
    name === "pytorch" || compiled
      ? spawnPython(python, folder, [...parameters, compiled ? "compile" : "eager"])
      : spawnNode(name, parameters);
  const { ready, ask } = conversation(child, patienceMs);
  const about = (await ready(compiled ? COMPILATION_MS : patienceMs)) as unknown as About;
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

function spawnPython(python: string, folder: string, parameters: readonly string[]) {
  if (!existsSync(python)) throw new Cannot(`there is no ${python}`);
  const script = fileURLToPath(new URL("./peers/pytorch/serve.py", import.meta.url));
  // PyTorch parallelises by itself; a second thread pool inside OpenBLAS only gets in its way.
  const env = {
    ...process.env,
    OPENBLAS_NUM_THREADS: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    // What torch.compile writes goes with the folder, and no run profits from an earlier one.
    TORCHINDUCTOR_CACHE_DIR: join(folder, "compiled"),
  };
  return spawn(python, [script, ...parameters], { env });
}

type Answer = Readonly<Record<string, unknown>>;

/** Sends requests, if any, and reads a line of JSON for each. */
function conversation(child: ChildProcessWithoutNullStreams, patienceMs: number) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let problems = "";
  child.stderr.on("data", (chunk) => {
    problems += chunk;
  });
  // If the child has ended, writing fails; reading reports it.
  child.stdin.on("error", () => undefined);
  const answer = async (withinMs: number, what: string): Promise<Answer> => {
    const line = await inTime(lines.next(), withinMs, () => child.kill("SIGKILL"));
    if (line === undefined) throw new Cannot(`${what} takes more than ${withinMs / 1000} s`);
    if (line.done) {
      const last = problems.trim().split("\n").at(-1);
      throw new Cannot(last || "the process ended without a message");
    }
    const parsed = parse(line.value);
    if (typeof parsed.cannot === "string") throw new Cannot(parsed.cannot.split("\n")[0]);
    return parsed;
  };
  return {
    ready: (withinMs: number) => answer(withinMs, "its preparation"),
    ask(request: Request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answer(patienceMs, "a step");
    },
  };
}

function parse(line: string): Answer {
  try {
    return JSON.parse(line);
  } catch {
    throw new Cannot(`the answer is not JSON: ${line}`);
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
