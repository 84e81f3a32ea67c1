import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Work, workOf } from "./floor.js";
import { type InterleaveOptions, interleave, quantile, type Timing } from "./interleave.js";
import { writeStart } from "./peers/start-file.js";
import { type Profile, profile } from "./profile.js";
import { Cannot, type Contestant, type ContestantName, startContestant } from "./protocol.js";
import { countNodes } from "./sessions.js";
import { programOf, startOf } from "./start.js";
import type { BenchStep } from "./steps/step.js";

export interface CompareOptions extends InterleaveOptions {
  readonly threads: number;
  readonly peers: readonly ContestantName[];
  readonly patienceMs: number;
  /** The Python interpreter whose PyTorch is timed. */
  readonly python: string;
}

/** A contestant's measurements, or the reason why there are none. */
export type Result = Reached | { readonly cannot: string };

export interface Reached {
  readonly name: string;
  readonly detail?: string;
  readonly threads: number;
  readonly parameters: number;
  /** Time to build the model, and to compile it if that happens before the first step. */
  readonly readyMs: number;
  /** Time of the first step, including compilation at that step. */
  readonly firstStepMs: number;
  readonly step: Timing;
  /** Items per second through the loss alone. */
  readonly forwardPerSecond: number | null;
  readonly peakBytes: number;
  /** Memory before the model is built: the language and its libraries. */
  readonly idleBytes: number;
  readonly losses: readonly number[];
}

export interface Comparison {
  readonly id: string;
  readonly title: string;
  readonly batchSize: number;
  readonly nodes: number;
  readonly work: Work;
  /** Figment's profile, taken after the comparison. */
  readonly profile: Profile;
  readonly results: Readonly<Partial<Record<ContestantName, Result>>>;
}

const GUARD_STEPS = 3;
const PROFILED_STEPS = 10;

/** Times one step in all contestants, after checking that they compute the same. */
export async function compare(step: BenchStep, options: CompareOptions): Promise<Comparison> {
  const program = programOf(step);
  const folder = mkdtempSync(join(tmpdir(), "figment-bench-"));
  try {
    writeStart(folder, startOf(step, program, GUARD_STEPS));
    const { id, title, batchSize } = step;
    const nodes = await countNodes(step, options.threads);
    const results = await race(step, folder, options);
    const profiled = await profile(step, options.threads, PROFILED_STEPS);
    return { id, title, batchSize, nodes, work: workOf(program), profile: profiled, results };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Runner {
  readonly name: ContestantName;
  readonly contestant: Contestant;
  readonly losses: readonly number[];
  readonly firstStepMs: number;
}

async function race(
  step: BenchStep,
  folder: string,
  options: CompareOptions,
): Promise<Comparison["results"]> {
  const results: Partial<Record<ContestantName, Result>> = {};
  const runners: Runner[] = [];
  for (const name of ["figment" as const, ...options.peers]) {
    try {
      runners.push(await enter(name, step, folder, options, runners[0]?.losses));
    } catch (error) {
      if (!(error instanceof Cannot)) throw error;
      results[name] = { cannot: error.message };
    }
  }
  const timings = await interleave(
    runners.map(({ contestant }) => ({ time: (count) => contestant.steps(count) })),
    options,
  );
  for (const [index, { name, contestant, losses, firstStepMs }] of runners.entries()) {
    const timing = timings[index];
    results[name] =
      timing instanceof Error
        ? { cannot: timing.message }
        : {
            ...contestant.about,
            firstStepMs,
            step: timing,
            ...(await contestant.memory()),
            forwardPerSecond: await forwardRate(contestant, step.batchSize, timing, options),
            losses,
          };
    contestant.close();
  }
  return results;
}

/** Starts a contestant and takes the first steps. @throws Cannot also if its losses differ */
async function enter(
  name: ContestantName,
  { id }: BenchStep,
  folder: string,
  { threads, patienceMs, python }: CompareOptions,
  expected: readonly number[] | undefined,
): Promise<Runner> {
  const contestant = await startContestant(name, { step: id, threads, folder, patienceMs, python });
  try {
    const start = performance.now();
    const [first] = await contestant.losses(1);
    const firstStepMs = performance.now() - start;
    // A contestant this slow takes no more steps than the timing needs.
    const more = firstStepMs > patienceMs / 4 ? [] : await contestant.losses(GUARD_STEPS - 1);
    const losses = [first, ...more];
    if (expected !== undefined) requireSame(losses, expected);
    return { name, contestant, losses, firstStepMs };
  } catch (error) {
    contestant.close();
    throw error;
  }
}

/** Tolerance of the first loss; the later ones have gone through Adam, which amplifies differences. */
const FIRST_TOLERANCE = 1e-4;
const LATER_TOLERANCE = 1e-2;

function requireSame(losses: readonly number[], expected: readonly number[]): void {
  const differs = losses.some((loss, index) => {
    const tolerance = index === 0 ? FIRST_TOLERANCE : LATER_TOLERANCE;
    return !(
      Math.abs(loss - expected[index]) <=
      tolerance * Math.max(Math.abs(expected[index]), 0.1)
    );
  });
  if (!differs) return;
  throw new Cannot(
    `computes something else: losses ${losses.join(", ")}, not ${expected.join(", ")}`,
  );
}

async function forwardRate(
  contestant: Contestant,
  batchSize: number,
  { medianMs }: Timing,
  { blockMs }: InterleaveOptions,
): Promise<number | null> {
  if (medianMs > 4 * blockMs) return null;
  await contestant.forward(1);
  const times = await contestant.forward(Math.max(3, Math.min(Math.round(blockMs / medianMs), 50)));
  return times.length === 0 ? null : (1000 * batchSize) / quantile(times, 0.5);
}
