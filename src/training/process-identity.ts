import { readFileSync } from "node:fs";
import { codeOf } from "../core/atomic-file.js";

/**
 * Distinguishes a process from a later one with the same number: on Linux, the boot of the machine
 * and the start of the process; elsewhere undefined.
 */
export function processIdentity(pid: number): string | undefined {
  const fields = statOf(pid);
  if (fields === undefined) return undefined;
  const boot = readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return `${boot}/${fields.startTicks}`;
}

/**
 * Whether a process on this machine still runs.
 *
 * @param identity  its {@link processIdentity}; without it, any process with that number counts
 */
export function processLives(pid: number, identity?: string): boolean {
  if (!answers(pid)) return false;
  const fields = statOf(pid);
  if (fields === undefined) return true;
  // A zombie is a dead process whose parent has not read its exit code yet.
  if (fields.state === "Z" || fields.state === "X") return false;
  return identity === undefined || identity === processIdentity(pid);
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM"; // it exists and belongs to another user
  }
}

function statOf(pid: number): { state: string; startTicks: string } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command's name, in parentheses, may contain anything; fields 3 and 22 of proc(5) follow it.
  const [state, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const startTicks = rest[18];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

/** The text of a file; undefined where the system has no such file or hides it. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
