import type * as Ort from "onnxruntime-web";
import type { Backend, BackendTensor } from "./backend.js";
import type { DeviceChoice } from "./choice.js";
import { DeviceError } from "./errors.js";
import { identityModel, messageOf, openSession, webGpuProvider } from "./ort-session.js";
import type { DeviceOptions } from "./program.js";
import { scope } from "./web-globals.js";

/**
 * Sessions of onnxruntime-web: WebAssembly with vector instructions, or WebGPU where asked for.
 *
 * Threads need shared memory, which a browser gives to pages that are cross-origin isolated. In others,
 * and inline, it is one thread, and the description says so.
 *
 * @throws DeviceError when the browser has no such device or the library's files cannot be loaded
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
        // The library lays results out in memory of its own, whatever it is given to fill.
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
  // A thread starts from the file that the library was bundled into. Of our worker we know that it
  // can be run twice; of the caller's code we do not, and a thread that fails to start is waited for.
  if (host === "inline")
    return { count: 1, why: ', because it computes inline: host "worker" has more' };
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
      'this browser offers the page no WebGPU: use one that does, over https or localhost, or device "cpu"',
    );
  }
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) {
    throw new DeviceError('the browser finds no GPU that WebGPU can use: use device "cpu"');
  }
}

/** Only what the device needs is fetched: WebGPU takes twice the bytes. */
async function loadLibrary(kind: "cpu" | "webgpu"): Promise<typeof Ort> {
  try {
    return kind === "cpu"
      ? await import("onnxruntime-web/wasm")
      : await import("onnxruntime-web/webgpu");
  } catch (cause) {
    throw new DeviceError(
      `onnxruntime-web could not be loaded (${messageOf(cause)}): install it beside figment, and see that the server has every file of the bundle`,
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
      `onnxruntime-web does not start (${messageOf(cause)}): its .wasm file must be served beside the bundle, ` +
        "or from a folder named by openDevice({ wasmFolder }); copy it there from node_modules/onnxruntime-web/dist. " +
        "A content security policy must allow 'wasm-unsafe-eval'",
      { cause },
    );
  }
}

/** What `auto` is in a page: WebGPU is asked for by name, as it takes twice the bytes. */
export async function chooseDevice(): Promise<DeviceChoice> {
  return { kind: "cpu", why: "" };
}
