import { availableParallelism } from "node:os";
import type * as Ort from "onnxruntime-node";
import type { Backend, BackendTensor } from "./backend.js";
import { probeBlock } from "./blocked-probe.js";
import { DeviceError } from "./errors.js";
import { explainGpuFailure, lookForGpus } from "./node-gpus.js";
import { identityModel, messageOf, openSession, webGpuProvider } from "./ort-session.js";
import type { DeviceOptions } from "./program.js";

type Library = typeof Ort;

const PLATFORMS = "Linux x64 and arm64, macOS arm64, Windows arm64 and x64";

/**
 * Opens onnxruntime-node.
 *
 * @throws DeviceError when the native library cannot be loaded or lacks the device
 */
export async function openNodeBackend({
  device = "auto",
  threads,
}: Omit<DeviceOptions, "host">): Promise<Backend> {
  const kind = device === "auto" ? "cpu" : device;
  const count = threads ?? availableParallelism();
  if (!Number.isInteger(count) || count < 1) {
    throw new DeviceError(`threads must be a whole number of at least 1, not ${count}`);
  }
  const ort = await loadLibrary();
  const present = ort.listSupportedBackends().map(({ name }) => name);
  if (!present.includes(kind)) {
    throw new DeviceError(
      `onnxruntime-node has no ${kind} device on ${process.platform} ${process.arch}, ` +
        `only ${present.join(", ")}`,
    );
  }
  const options: Ort.InferenceSession.SessionOptions = {
    intraOpNumThreads: count,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
    // Each session has its own threads. They would keep spinning after a run and take CPU time from
    // the next session and from the caller.
    extra: { session: { force_spinning_stop: "1" } },
  };
  if (kind !== "cpu") await requireGpu(ort, kind, options);
  const backend: Omit<Backend, "block"> = {
    kind,
    threads: count,
    description: `${kind} (onnxruntime-node), ${count === 1 ? "1 thread" : `${count} threads`}`,
    tensor: (dtype, data, dims) => new ort.Tensor(dtype, data, dims) as BackendTensor,
    createSession: (model, choice = {}) =>
      openSession(
        ort,
        model,
        { ...options, executionProviders: [kind === "webgpu" ? webGpuProvider(choice) : kind] },
        choice,
        { fillsInPlace: true },
      ),
  };
  if (kind !== "cpu") return { ...backend, block: undefined };
  cpuBlock ??= probeBlock(backend);
  return { ...backend, block: await cpuBlock };
}

/** @throws DeviceError with the remedy, if the device does not start */
async function requireGpu(
  ort: Library,
  kind: "webgpu" | "cuda",
  options: Ort.InferenceSession.SessionOptions,
): Promise<void> {
  const files = lookForGpus();
  // If its CUDA files are missing, ONNX Runtime also prints errors to the terminal.
  if (kind === "cuda" && !files.cudaParts)
    throw new DeviceError(explainGpuFailure(kind, "", files));
  try {
    const provider = kind === "webgpu" ? webGpuProvider({}) : kind;
    const session = await ort.InferenceSession.create(identityModel(), {
      ...options,
      executionProviders: [provider],
    });
    await session.release();
  } catch (cause) {
    const problem = messageOf(cause).replace(/^.* was false\. /s, "");
    throw new DeviceError(explainGpuFailure(kind, problem, files), { cause });
  }
}

/** Result of the probe, which depends only on the processor. */
let cpuBlock: Promise<number | undefined> | undefined;

/** Loads the native library on first use, so that commands which do not compute start fast. */
async function loadLibrary(): Promise<Library> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new DeviceError(explainLoadFailure(cause, process.platform, process.arch), { cause });
  }
}

/** Explains why the native library could not be loaded, and what to do. */
export function explainLoadFailure(cause: unknown, platform: string, arch: string): string {
  const message = messageOf(cause);
  const what = `cannot load onnxruntime-node on ${platform} ${arch}: `;
  if (/GLIBC(XX)?_[\d.]+.*not found/.test(message)) {
    return `${what}the C library of this system is too old (${message}); use a newer distribution (glibc 2.28 or later)`;
  }
  if (/musl|ld-linux/.test(message)) {
    return `${what}it needs glibc, which Alpine Linux does not have (${message}); use a Debian-based image`;
  }
  if (/Cannot find (module|package) '?"?onnxruntime-node/.test(message)) {
    return `${what}it is not installed; run \`npm install\``;
  }
  const supported = [
    "linux x64",
    "linux arm64",
    "darwin arm64",
    "win32 x64",
    "win32 arm64",
  ].includes(`${platform} ${arch}`);
  if (!supported) return `${what}this platform is not supported; it runs on ${PLATFORMS}`;
  if (/onnxruntime_binding\.node|cannot open shared object|no such file/i.test(message)) {
    return `${what}a native file is missing or damaged (${message}); run \`npm rebuild onnxruntime-node\`, or remove node_modules and run \`npm ci\``;
  }
  return `${what}${message}; remove node_modules and run \`npm ci\``;
}
