import type * as Ort from "onnxruntime-common";
import type { Backend, BackendTensor } from "./backend.js";
import { probeBlock } from "./blocked-probe.js";
import { DeviceError } from "./errors.js";
import { explainGpuFailure, lookForGpus } from "./node-gpus.js";
import { type Library, loadLibrary } from "./node-library.js";
import { checkThreads, defaultThreads } from "./node-threads.js";
import { identityModel, messageOf, openSession, webGpuProvider } from "./ort-session.js";
import type { DeviceOptions } from "./program.js";

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
  const count = threads === undefined ? defaultThreads() : checkThreads(threads, "threads");
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
