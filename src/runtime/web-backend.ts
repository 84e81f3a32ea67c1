import type * as Ort from "onnxruntime-web";
import type { Backend, BackendTensor } from "./backend.js";
import type { DeviceChoice } from "./choice.js";
import { DeviceError } from "./errors.js";
import { identityModel, messageOf, openSession, webGpuProvider } from "./ort-session.js";
import type { DeviceOptions } from "./program.js";
import { scope } from "./web-globals.js";

/**
 * Opens onnxruntime-web: WebAssembly with vector instructions, or WebGPU if requested.
 *
 * Threads need shared memory, which browsers grant only to cross-origin isolated pages. In other pages,
 * and inline, there is one thread, and the description says why.
 *
 * @throws DeviceError when the browser lacks the device or the library's files cannot be loaded
 */
export async function openWebBackend({
  device = "auto",
  threads,
  wasmFolder,
  host,
}: DeviceOptions): Promise<Backend> {
  if (device === "cuda")
    throw new DeviceError('a page has no cuda device; it has "cpu" and "webgpu"');
  const kind = device === "auto" ? "cpu" : device;
  if (kind === "webgpu") await requireWebGpu();
  const { count, why } = threadCount(threads, host);
  const ort = await loadLibrary(kind);
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = count;
  if (wasmFolder !== undefined) ort.env.wasm.wasmPaths = { wasm: fileIn(wasmFolder, kind) };
  const options: Ort.InferenceSession.SessionOptions = {
    executionProviders: [kind === "cpu" ? "wasm" : kind],
    executionMode: "sequential",
    logSeverityLevel: 3,
  };
  await requireSound(ort, options);
  const threadsText = count === 1 ? "1 thread" : `${count} threads`;
  return {
    kind,
    threads: count,
    // The library's WebAssembly has no operators on blocked images.
    block: undefined,
    description:
      kind === "cpu"
        ? `WebAssembly (onnxruntime-web), ${threadsText}${why}`
        : "WebGPU (onnxruntime-web)",
    tensor: (dtype, data, dims) => new ort.Tensor(dtype, data, dims) as BackendTensor,
    createSession: (model, choice = {}) =>
      openSession(
        ort,
        model,
        { ...options, executionProviders: [kind === "cpu" ? "wasm" : webGpuProvider(choice)] },
        choice,
        // The library returns results in its own memory and does not fill the given tensors.
        { fillsInPlace: false },
      ),
  };
}

function threadCount(
  asked: number | undefined,
  host: DeviceOptions["host"],
): { count: number; why: string } {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 1)) {
    throw new DeviceError(`threads must be a whole number of at least 1, not ${asked}`);
  }
  if (asked === 1) return { count: 1, why: "" };
  // A thread starts by loading the file that the library was bundled into. Our worker can be loaded
  // twice, but the caller's code may not, and the library waits for ever if a thread fails to start.
  if (host === "inline")
    return { count: 1, why: ', because it computes inline: host "worker" can use more' };
  if (scope.crossOriginIsolated === true) {
    return { count: asked ?? scope.navigator.hardwareConcurrency ?? 1, why: "" };
  }
  return {
    count: 1,
    why:
      ", because the page is not cross-origin isolated: serve it with the headers " +
      "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
  };
}

async function requireWebGpu(): Promise<void> {
  const { gpu } = scope.navigator;
  if (gpu === undefined) {
    throw new DeviceError(
      'this browser does not offer WebGPU to the page: use another browser, serve the page over https or from localhost, or use device "cpu"',
    );
  }
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) {
    throw new DeviceError('WebGPU found no usable GPU in this browser: use device "cpu"');
  }
}

/** Fetches only the library that the device needs: WebGPU's is twice as large. */
async function loadLibrary(kind: "cpu" | "webgpu"): Promise<typeof Ort> {
  try {
    return kind === "cpu"
      ? await import("onnxruntime-web/wasm")
      : await import("onnxruntime-web/webgpu");
  } catch (cause) {
    throw new DeviceError(
      `cannot load onnxruntime-web (${messageOf(cause)}): install it beside figment, and check that the server has every file of the bundle`,
      { cause },
    );
  }
}

const fileOf = {
  cpu: "ort-wasm-simd-threaded.wasm",
  webgpu: "ort-wasm-simd-threaded.asyncify.wasm",
};

function fileIn(folder: string, kind: "cpu" | "webgpu"): string {
  return new URL(fileOf[kind], folder.endsWith("/") ? folder : `${folder}/`).href;
}

/** @throws DeviceError when the library's WebAssembly cannot be fetched or does not start */
async function requireSound(
  ort: typeof Ort,
  options: Ort.InferenceSession.SessionOptions,
): Promise<void> {
  try {
    const session = await ort.InferenceSession.create(identityModel(), options);
    await session.release();
  } catch (cause) {
    throw new DeviceError(
      `onnxruntime-web does not start (${messageOf(cause)}): serve its .wasm file beside the bundle, ` +
        "or from the folder given by openDevice({ wasmFolder }); it is in node_modules/onnxruntime-web/dist. " +
        "A content security policy must allow 'wasm-unsafe-eval'",
      { cause },
    );
  }
}

/** In a page, `auto` selects the CPU. WebGPU must be requested, as its files are twice as large. */
export async function chooseDevice(): Promise<DeviceChoice> {
  return { kind: "cpu", why: "" };
}
