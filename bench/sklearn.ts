import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running script of `peers/sklearn`, which answers each line with a line of JSON. */
export interface SklearnPeer {
  /** The name that the script reports. */
  readonly name: string;
  ask(line: string): Promise<Readonly<Record<string, number>>>;
  /** The current contents of the file given to the script. */
  readFile(): Float32Array;
  close(): void;
}

/**
 * Starts a script under Debian's scikit-learn, with float32 numbers in a file.
 *
 * @param script      a file of `peers/sklearn`
 * @param parameters  its arguments before the file's path
 * @throws Error with the script's own message when it cannot run
 */
export async function startSklearn(
  script: string,
  parameters: readonly (number | string)[],
  numbers: Float32Array,
  threads: number,
): Promise<SklearnPeer> {
  const folder = mkdtempSync(join(tmpdir(), "figment-sklearn-"));
  const file = join(folder, "numbers.f32");
  writeFileSync(file, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  const path = fileURLToPath(new URL(`./peers/sklearn/${script}`, import.meta.url));
  const child = spawn("/usr/bin/python3", [path, ...parameters.map(String), file], {
    env: {
      ...process.env,
      OPENBLAS_NUM_THREADS: String(threads),
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("scikit-learn's process ended without a message");
    const parsed = JSON.parse(value) as Record<string, number & string>;
    if (parsed.cannot !== undefined) throw new Error(parsed.cannot);
    return parsed;
  };
  const close = () => {
    child.kill();
    rmSync(folder, { recursive: true });
  };
  const { name } = await answer();
  return {
    name,
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    readFile: () => new Float32Array(new Uint8Array(readFileSync(file)).buffer),
    close,
  };
}
