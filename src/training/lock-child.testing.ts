/** A child process for the tests of the lock: takes locks on command and reports the outcome. */
import { RunError } from "../core/errors.js";
import { systemClock } from "./clock.js";
import { lockRun, type RunLock } from "./lock.js";

export interface LockRequest {
  readonly directory: string;
  /** When to try, in seconds of the wall clock that all processes share. */
  readonly at: number;
  readonly release: boolean;
}

export interface LockReply {
  readonly won: boolean;
  readonly message?: string;
}

const held: RunLock[] = [];

process.on("message", ({ directory, at, release }: LockRequest) => {
  while (systemClock.wallSeconds() < at);
  let reply: LockReply;
  try {
    held.push(lockRun(directory));
    reply = { won: true };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    reply = { won: false, message: error.message };
  }
  if (release) held.pop()?.release();
  process.send!(reply);
});
process.send!("ready");
