import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RunError } from "../core/errors.js";
import { systemClock } from "./clock.js";
import { LOCK_FILE, lockRun } from "./lock.js";
import type { LockReply, LockRequest } from "./lock-child.testing.js";
import { processIdentity, processLives } from "./process-identity.js";

async function startChild(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./lock-child.testing.ts", import.meta.url));
  const child = fork(script, { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return child;
}

async function ask(child: ChildProcess, request: Partial<LockRequest> & { directory: string }) {
  const reply = once(child, "message");
  child.send({ at: 0, release: false, ...request });
  return (await reply)[0] as LockReply;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "figment-lock-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const lockFile = () => join(directory, LOCK_FILE);

/** The lock as some other holder would have left it. */
function writeLockOf(change: Record<string, unknown>): void {
  const lock = lockRun(directory);
  const claim = JSON.parse(readFileSync(lockFile(), "utf8"));
  lock.release();
  writeFileSync(lockFile(), JSON.stringify({ ...claim, ...change }));
}

describe("the lock of a run", () => {
  test("is held once, even within one process, and leaves nothing behind", () => {
    const lock = lockRun(directory);
    expect(() => lockRun(directory)).toThrow(
      new RegExp(`is being trained by process ${process.pid} on this machine, since 20\\d\\d-`),
    );
    lock.release();
    lock.release();
    expect(existsSync(lockFile())).toBe(false);
    const next = lockRun(directory);
    lock.release();
    expect(() => lockRun(directory)).toThrow(RunError);
    next.release();
  });

  test("survives kill -9 of its holder and is then free", async () => {
    const child = await startChild();
    expect(await ask(child, { directory })).toEqual({ won: true });
    expect(() => lockRun(directory)).toThrow(`process ${child.pid} on this machine`);
    await kill(child);
    expect(existsSync(lockFile())).toBe(true);
    lockRun(directory).release();
    expect(existsSync(lockFile())).toBe(false);
  });

  test("is free when its holder is a zombie that its parent has not waited for", async () => {
    // The shell starts a child, and turns into a sleep that never waits for it.
    const shell = spawn("sh", ["-c", "sh -c 'echo $$; exec sleep 100' & exec sleep 100"]);
    const [output] = await once(shell.stdout, "data");
    const pid = Number(String(output));
    writeLockOf({ pid, identity: processIdentity(pid) ?? null });
    expect(() => lockRun(directory)).toThrow(`process ${pid}`);
    process.kill(pid, "SIGKILL");
    await expect.poll(() => processLives(pid), { timeout: 10_000 }).toBe(false);
    lockRun(directory).release();
    await kill(shell);
  });

  test("is free when another process has got its holder's number", () => {
    writeLockOf({ identity: "another-boot/123" });
    if (processIdentity(process.pid) === undefined) return;
    lockRun(directory).release();
  });

  test("is not judged from another machine", () => {
    writeLockOf({ host: "elsewhere", pid: 2 ** 30 });
    expect(() => lockRun(directory)).toThrow(
      new RegExp(
        `process \\d+ on elsewhere, .*\\(${hostname()}\\) cannot tell .* delete .*run\\.lock`,
      ),
    );
  });

  test("ignores torn lines and lines of another format", async () => {
    const child = await startChild();
    writeFileSync(lockFile(), '{"token":"not a uu');
    expect(await ask(child, { directory })).toEqual({ won: true });
    appendFileSync(lockFile(), '{"token":\0\0\0');
    expect(() => lockRun(directory)).toThrow(`process ${child.pid}`);
    await kill(child);
    lockRun(directory).release();
  });

  test("that cannot be written is reported", () => {
    expect(() => lockRun(join(directory, "absent"))).toThrow(/cannot write .*run\.lock.*ENOENT/);
    mkdirSync(lockFile());
    expect(() => lockRun(directory)).toThrow(/run\.lock is a directory, a pipe/);
  });
});

describe("several processes at once", () => {
  const rounds = 40;
  let children: ChildProcess[];
  beforeAll(async () => {
    children = await Promise.all(Array.from({ length: 4 }, startChild));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(children.map(kill));
  });

  async function race(path: string, release = false): Promise<LockReply[]> {
    const at = systemClock.wallSeconds() + 0.003;
    return Promise.all(children.map((child) => ask(child, { directory: path, at, release })));
  }

  test("exactly one gets a lock that is free", async () => {
    for (let round = 0; round < rounds; round++) {
      const path = join(directory, String(round));
      mkdirSync(path);
      expect((await race(path)).filter(({ won }) => won)).toHaveLength(1);
    }
  });

  test("exactly one takes over a lock whose holder was killed", async () => {
    const victim = await startChild();
    await ask(victim, { directory });
    await kill(victim);
    for (let round = 0; round < rounds; round++) {
      const path = join(directory, String(round));
      mkdirSync(path);
      copyFileSync(lockFile(), join(path, LOCK_FILE));
      expect((await race(path)).filter(({ won }) => won)).toHaveLength(1);
    }
  });

  test("a lock that comes and goes is lost by nobody", async () => {
    for (let round = 0; round < rounds; round++) {
      const replies = await race(directory, true);
      expect(replies.some(({ won }) => won)).toBe(true);
      expect(existsSync(lockFile())).toBe(false);
    }
  });
});
