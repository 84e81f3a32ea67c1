import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** ONNX Runtime's telemetry is compiled in on these platforms. */
const hasTelemetry = ["linux", "darwin"].includes(process.platform);
/** Traces the system calls of a program. */
const tracer = "strace";
const hasTracer = spawnSync(tracer, ["-o", "/dev/null", "true"]).status === 0;

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const library = new URL("../dist/index.js", import.meta.url).href;

/** y = x for a number. */
const identityModel =
  "CAg6LwoQCgF4EgF5IghJZGVudGl0eRIBZ1oLCgF4EgYKBAgBEgBiCwoBeRIGCgQIARIAQgQKABAN";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "figment-telemetry-"));
  for (const name of ["home", "temporary", "work"]) mkdirSync(join(root, name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs Node with its own home and temporary directories, and with telemetry enabled. */
function node(...args: readonly string[]): string {
  return run(process.execPath, args);
}

function run(program: string, args: readonly string[]): string {
  const { FIGMENT_CACHE, XDG_CACHE_HOME, ...environment } = process.env;
  return execFileSync(program, args, {
    cwd: join(root, "work"),
    encoding: "utf8",
    env: {
      ...environment,
      HOME: join(root, "home"),
      TMPDIR: join(root, "temporary"),
      ORT_DISABLE_TELEMETRY: "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Paths of files below the home, the temporary and the current directory. */
const written = (): string[] => (readdirSync(root, { recursive: true }) as string[]).filter(isDeep);
const isDeep = (path: string) => path.includes("/");

const train = ["train", "gmm", "--data", "digits", "--epochs", "1", "--out", "run"];

describe("ONNX Runtime's telemetry", () => {
  test.runIf(hasTelemetry)("is detected by these tests when ONNX Runtime is loaded alone", () => {
    const root = fileURLToPath(new URL("../package.json", import.meta.url));
    node(
      "--input-type=module",
      "-e",
      `import { createRequire } from "node:module";
       const ort = createRequire(${JSON.stringify(root)})("onnxruntime-node");
       await ort.InferenceSession.create(Buffer.from("${identityModel}", "base64"));`,
    );
    expect(written().filter((path) => path.startsWith("home/"))).not.toEqual([]);
  });

  test("does not happen while figment trains and samples", () => {
    node(main, ...train);
    node(main, "sample", "run", "-n", "4", "--out", "work.png");
    expect(written().filter((path) => !path.startsWith("work/"))).toEqual([]);
    expect(readdirSync(join(root, "work")).sort()).toEqual(["run", "work.png"]);
  });

  test("does not happen where a program computes in its own thread or in a worker", () => {
    const inWorker = `
      const { openDevice } = await import(${JSON.stringify(library)});
      for (const host of ["inline", "worker"]) {
        const device = await openDevice({ device: "cpu", host });
        await device.close();
      }`;
    node("--input-type=module", "-e", inWorker);
    node(
      "--input-type=module",
      "-e",
      `import { once } from "node:events";
       import { Worker } from "node:worker_threads";
       const body = ${JSON.stringify(`(async () => {${inWorker}})()`)};
       await once(new Worker(body, { eval: true }), "exit");`,
    );
    expect(written()).toEqual([]);
  });

  test.runIf(hasTracer)("connects to nothing", () => {
    const trace = join(root, "trace");
    const calls = "trace=connect,sendto,sendmsg,sendmmsg";
    run(tracer, ["-f", "-e", calls, "-o", trace, process.execPath, main, ...train]);
    const sent = readFileSync(trace, "utf8").match(/AF_INET|sin_addr|nscd/g);
    expect(sent).toBeNull();
  });
});
