import { randomUUID } from "node:crypto";
import { closeSync, readFileSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, fileProblem } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import { timestamp } from "./clock.js";
import { processIdentity, processLives } from "./process-identity.js";
import { openRunFileSync } from "./run-file.js";

/** Exists beside `run.json` while a training runs, and after one was killed. */
export const LOCK_FILE = "run.lock";

/** A process loses a round only to another that wins it, so few rounds are ever needed. */
const MAX_ROUNDS = 100;

const claimSchema = z.strictObject({
  /** Identifies the claimant. */
  token: z.uuid(),
  /** The dead holder whom it follows; null where there was none. */
  after: z.uuid().nullable(),
  pid: z.int().min(1),
  host: z.string(),
  /** Distinguishes this process from a later one with the same number, where the system can. */
  identity: z.string().nullable(),
  since: z.string(),
});

type Claim = z.output<typeof claimSchema>;

/** The exclusive right to write to a run directory. */
export interface RunLock {
  /** Releases the lock. Later calls do nothing. */
  release(): void;
}

/**
 * Locks a run directory for the only training that may write there.
 *
 * The lock file is an append-only log. Each line claims the lock *after* a named holder, and counts
 * only if that holder had the lock when the line was appended. The operating system orders appended
 * lines, so if several processes find the same holder dead, exactly one succeeds it, and a claim
 * based on stale knowledge is void. Only the holder removes the file.
 *
 * The package proper-lockfile considers a lock stale when its time stamp is 10 seconds old, so a
 * resume after a kill would wait, and a holder whose event loop computes for longer would lose its
 * lock. Node has no kernel file locks, and native add-ons for them do not load everywhere Figment
 * runs. This lock cannot tell whether a holder on another host is alive; it then refuses and names
 * the file to delete.
 *
 * @param directory  must exist
 * @throws RunError when another training holds it, or the directory cannot be written
 */
export function lockRun(directory: string): RunLock {
  const path = join(directory, LOCK_FILE);
  const token = randomUUID();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const holder = currentHolder(path);
    if (holder?.token === token) return { release: () => release(path, token) };
    if (holder !== undefined) refuseIfAlive(holder, directory, path);
    append(path, {
      token,
      after: holder?.token ?? null,
      pid: process.pid,
      host: hostname(),
      identity: processIdentity(process.pid) ?? null,
      since: timestamp(),
    });
  }
  throw new RunError(`${path} loses lines that are appended to it; choose another --out`);
}

function release(path: string, token: string): void {
  if (currentHolder(path)?.token === token) rmSync(path, { force: true });
}

/** The holder by the claims that count; lines that a crash cut off do not count. */
function currentHolder(path: string): Claim | undefined {
  let holder: Claim | undefined;
  for (const line of readLock(path).split("\n")) {
    const claim = parseClaim(line);
    if (claim !== undefined && claim.after === (holder?.token ?? null)) holder = claim;
  }
  return holder;
}

function readLock(path: string): string {
  try {
    const file = openRunFileSync(path, "read");
    try {
      return readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof RunError && codeOf(error.cause) === "ENOENT") return "";
    throw fileProblem(error, `cannot read ${path}`);
  }
}

function parseClaim(line: string): Claim | undefined {
  try {
    return claimSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * Appends in one write, which the system keeps whole; a leading line break ends any line cut off.
 */
function append(path: string, claim: Claim): void {
  const line = Buffer.from(`\n${JSON.stringify(claim)}\n`);
  try {
    const file = openRunFileSync(path, "append");
    try {
      const written = writeSync(file, line);
      if (written < line.length) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fileProblem(error, `cannot write ${path}`);
  }
}

function refuseIfAlive(holder: Claim, directory: string, path: string): void {
  const { pid, host, since, identity } = holder;
  const here = host === hostname();
  if (here && !processLives(pid, identity ?? undefined)) return;
  const who = `process ${pid} on ${here ? "this machine" : host}, since ${since}`;
  const remedy = here
    ? "Wait for it, stop it, or choose another --out."
    : `This machine (${hostname()}) cannot tell whether it still runs: if it does not, delete ${path}.`;
  throw new RunError(`${directory} is being trained by ${who}. ${remedy}`);
}
