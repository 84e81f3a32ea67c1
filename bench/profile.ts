/** Time per operator of a step, from ONNX Runtime's profiler. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-common";
import { openDevice } from "../src/runtime/device.js";
import { startTraining } from "./contestants/training.js";
import { watchingSessions } from "./sessions.js";
import type { BenchStep } from "./steps/step.js";

/** The time of all nodes with the same operator and shapes. */
export interface OperatorTime {
  readonly operator: string;
  readonly shapes: string;
  readonly calls: number;
  readonly ms: number;
  readonly share: number;
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Record<string, readonly number[]>[];
    readonly output_type_shape?: readonly Record<string, readonly number[]>[];
  };
}

const WARM_UP = 2;

export interface Profile {
  readonly stepMs: number;
  readonly operators: readonly OperatorTime[];
}

/** A step's operators in milliseconds per step, the most expensive first. Profiling itself costs time. */
export async function profile(step: BenchStep, threads: number, steps: number): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), "figment-profile-"));
  // Opening a device probes the library once per process; that is not part of the step.
  await (await openDevice({ host: "inline", threads })).close();
  const sessions: InferenceSession[] = [];
  const training = await watchingSessions(
    (_, options) => ({
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, `session${sessions.length}`),
    }),
    (session) => sessions.push(session),
    () => startTraining(step, threads),
  );
  for (let index = 0; index < WARM_UP; index++) await training.step(index);
  const start = performance.now();
  for (let index = 0; index < steps; index++) await training.step(WARM_UP + index);
  const stepMs = (performance.now() - start) / steps;
  for (const session of sessions) session.endProfiling();
  const timed = steps / (WARM_UP + steps);
  const events = readdirSync(folder).flatMap((name) =>
    lastOfEach(JSON.parse(readFileSync(join(folder, name), "utf8")) as ProfileEvent[], timed),
  );
  rmSync(folder, { recursive: true });
  return { stepMs, operators: summarise(events, steps) };
}

/** The last events of each name. Every node runs equally often in every step. */
function lastOfEach(events: readonly ProfileEvent[], share: number): ProfileEvent[] {
  const byName = new Map<string, ProfileEvent[]>();
  for (const event of events) {
    const known = byName.get(event.name);
    if (known === undefined) byName.set(event.name, [event]);
    else known.push(event);
  }
  return [...byName.values()].flatMap((all) => all.slice(Math.round(all.length * (1 - share))));
}

function summarise(events: readonly ProfileEvent[], steps: number): OperatorTime[] {
  const sums = new Map<string, { operator: string; shapes: string; calls: number; ms: number }>();
  let total = 0;
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time") || args?.op_name === undefined) continue;
    const shapes = `${shapesOf(args.input_type_shape)} → ${shapesOf(args.output_type_shape)}`;
    const key = `${args.op_name} ${shapes}`;
    const sum = sums.get(key) ?? { operator: args.op_name, shapes, calls: 0, ms: 0 };
    sum.calls += 1 / steps;
    sum.ms += dur / 1000 / steps;
    total += dur / 1000 / steps;
    sums.set(key, sum);
  }
  return [...sums.values()]
    .map((sum) => ({ ...sum, calls: Math.round(sum.calls * 10) / 10, share: sum.ms / total }))
    .sort((a, b) => b.ms - a.ms);
}

function shapesOf(shapes: readonly Record<string, readonly number[]>[] = []): string {
  return shapes
    .flatMap((shape) => Object.values(shape).map((dims) => dims.join("×") || "1"))
    .join(", ");
}

/** Formats the most expensive operators for a terminal, and the sums by operator. */
export function describeProfile({ stepMs, operators }: Profile, most: number): string {
  const total = operators.reduce((sum, { ms }) => sum + ms, 0);
  const row = (ms: number, calls: number, text: string) =>
    `${ms.toFixed(2).padStart(9)} ms ${((100 * ms) / total).toFixed(1).padStart(5)} %  ${String(calls).padStart(5)} ×  ${text}`;
  const byName = new Map<string, { calls: number; ms: number }>();
  for (const { operator, calls, ms } of operators) {
    const sum = byName.get(operator) ?? { calls: 0, ms: 0 };
    byName.set(operator, { calls: sum.calls + calls, ms: sum.ms + ms });
  }
  const names = [...byName].sort(([, a], [, b]) => b.ms - a.ms);
  return [
    `${stepMs.toFixed(1)} ms per step while profiling, of which operators ${total.toFixed(1)} ms`,
    "",
    `by operator, the first ${most}`,
    ...names.slice(0, most).map(([name, { calls, ms }]) => row(ms, Math.round(calls), name)),
    "",
    `by operator and shapes, the first ${most}`,
    ...operators
      .slice(0, most)
      .map(({ operator, shapes, calls, ms }) => row(ms, calls, `${operator} ${shapes}`)),
  ].join("\n");
}
