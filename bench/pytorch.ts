import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Contestant } from "./interleave.js";

/** Debian's Python, for which the package python3-torch is made. */
const PYTHON = "/usr/bin/python3";

/** Why there is no peer to compare with. */
export class PeerMissing extends Error {}

/**
 * A script that prints a line about itself, and then answers each number of steps with the
 * milliseconds that they took.
 *
 * @throws PeerMissing when PyTorch is not installed, or would use a BLAS that is not optimised
 */
export async function startPyTorch(script: string, threads: number): Promise<Contestant> {
  if (!existsSync(PYTHON)) throw new PeerMissing(`there is no ${PYTHON}`);
  const path = fileURLToPath(new URL(script, import.meta.url));
  // PyTorch divides the work itself; a second pool of threads within OpenBLAS only gets in the way.
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(PYTHON, [path, String(threads)], { env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const about = await firstLine(child, lines);
  return {
    name: `PyTorch ${about.version} (${about.blas})`,
    async time(count) {
      child.stdin.write(`${count}\n`);
      const { value } = await lines.next();
      return JSON.parse(value) as number[];
    },
    async close() {
      child.stdin.end();
    },
  };
}

interface About {
  readonly version: string;
  readonly blas: string;
}

async function firstLine(
  child: ChildProcessWithoutNullStreams,
  lines: AsyncIterator<string>,
): Promise<About> {
  let problem = "";
  child.stderr.on("data", (chunk) => {
    problem += chunk;
  });
  const { value, done } = await lines.next();
  if (done) {
    const last = problem.trim().split("\n").at(-1);
    throw new PeerMissing(`PyTorch does not start (install python3-torch): ${last}`);
  }
  const about = JSON.parse(value) as About;
  if (about.blas === "reference") {
    child.stdin.end();
    throw new PeerMissing(
      "PyTorch uses the reference BLAS, which would make it ten times slower than it is; install libopenblas0-pthread",
    );
  }
  return about;
}
