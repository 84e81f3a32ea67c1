import { readFileSync } from "node:fs";
import { codeOf } from "../core/atomic-file.js";

/**
 * What tells a process from a later one that got the same number: on Linux the start of the machine
 * and of the process; elsewhere undefined.
 */
export function processIdentity(pid: number): string | undefined {
  const fields = statOf(pid);
  if (fields === undefined) return undefined;
  const boot = readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return `${boot}/${fields.startTicks}`;
}

/**
 * Whether a process of this machine still runs.
 *
 * @param identity  what {@link processIdentity} said of it; without, any process of that number counts
 */
export function processLives(pid: number, identity?: string): boolean {
  if (!answers(pid)) return false;
  const fields = statOf(pid);
  if (fields === undefined) return true;
  // A zombie is a killed process whose parent has not asked for its exit code yet.
  if (fields.state === "Z" || fields.state === "X") return false;
  return identity === undefined || identity === processIdentity(pid);
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM"; // it is there, and another user's
  }
}

function statOf(pid: number): { state: string; startTicks: string } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command's name, in parentheses, may hold anything; fields 3 and 22 of proc(5) come after it.
  const [state, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const startTicks = rest[18];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

/** Undefined where the system has no such file or hides it. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
