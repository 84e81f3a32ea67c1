import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DeviceChoice, Timings } from "./choice.js";
import { gpuCandidates, lookForGpus } from "./node-gpus.js";

/** Any GPU worth using answers sooner, even counting driver start-up and shader compilation. */
const PROBE_SECONDS = 20;
/** Required speed-up over the CPU: a training step has many small operators, each with a dispatch cost. */
const WORTH_IT = 2;
/** Larger ratios are not worth printing exactly. */
const FAR = 20;

const chosen = new Map<number | undefined, Promise<DeviceChoice>>();

/** The device that `auto` selects on this machine, determined once per process. */
export function chooseDevice(threads: number | undefined): Promise<DeviceChoice> {
  const known = chosen.get(threads) ?? choose(threads);
  chosen.set(threads, known);
  return known;
}

async function choose(threads: number | undefined): Promise<DeviceChoice> {
  const candidates = gpuCandidates(lookForGpus());
  if (candidates.length === 0) return { kind: "cpu", why: "no GPU driver found" };
  const script = fileURLToPath(new URL("./device-probe.js", import.meta.url));
  try {
    // In a separate process, because drivers write to the terminal and some crash.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [script, String(threads ?? ""), ...candidates],
      { timeout: PROBE_SECONDS * 1000 },
    );
    return compare(JSON.parse(stdout) as Timings);
  } catch {
    return { kind: "cpu", why: `the probe of ${candidates.join(" and ")} failed` };
  }
}

/** The fastest device if its speed-up is worth it, else the CPU, with the comparison. */
export function compare(timings: Timings): DeviceChoice {
  const { cpu, ...gpus } = timings;
  const present = Object.entries(gpus).flatMap(([kind, milliseconds]) =>
    milliseconds === null ? [] : [{ kind: kind as "webgpu" | "cuda", milliseconds }],
  );
  const [fastest] = present.sort((a, b) => a.milliseconds - b.milliseconds);
  if (fastest === undefined) return { kind: "cpu", why: "no usable GPU" };
  const ratio = cpu / fastest.milliseconds;
  if (ratio >= WORTH_IT) {
    return { kind: fastest.kind, why: `a test product ${times(ratio)} as fast as on the CPU` };
  }
  if (ratio < 1 / FAR) {
    return {
      kind: "cpu",
      why: `on ${fastest.kind} a test product takes over ${FAR} times as long`,
    };
  }
  const slower =
    ratio < 1 ? `takes ${times(1 / ratio)} as long` : `is only ${times(ratio)} as fast`;
  return { kind: "cpu", why: `on ${fastest.kind} a test product ${slower}` };
}

const times = (ratio: number) => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;
