import type { DType, HostArray } from "../tensor/dtype.js";

/** The runtime library's tensor over host memory. */
export interface BackendTensor {
  readonly data: HostArray;
  readonly dims: readonly number[];
}

/** The runtime library's handle to a tensor in device memory. */
export interface DeviceTensor {
  readonly reference: object;
  dispose(): void;
}

/** A loaded model. */
export interface Session {
  /** Fills the fetched tensors in place. @returns the results that stay on the device */
  run(
    feeds: Readonly<Record<string, BackendTensor | DeviceTensor>>,
    fetches: Readonly<Record<string, BackendTensor>>,
  ): Promise<Readonly<Record<string, DeviceTensor>>>;
  /** Frees the session once the tensors that it keeps on the device have been disposed of. */
  release(): Promise<void>;
}

export interface SessionChoice {
  /** Number of operators in the model; worth giving if it may be large. */
  readonly operators?: number;
  /** Operators that stay on the CPU when the others run on WebGPU. */
  readonly hostNodes?: readonly string[];
  /** Results that stay on the device. */
  readonly kept?: readonly string[];
}

/** The library that runs ONNX models: onnxruntime-node on Node, onnxruntime-web in a browser. */
export interface Backend {
  readonly kind: "cpu" | "webgpu" | "cuda";
  readonly threads: number;
  readonly description: string;
  /** Channels per block; `undefined` if the library has no reliable operators on blocked images. */
  readonly block: number | undefined;
  createSession(model: Uint8Array, choice?: SessionChoice): Promise<Session>;
  /** Wraps host memory without copying it. */
  tensor(dtype: DType, data: HostArray, dims: readonly number[]): BackendTensor;
}

/**
 * Whether state stays in device memory between runs. The libraries expose device tensors for WebGPU
 * only, and WebGPU kernels compute in single precision, so integer counters stay on the CPU.
 */
export function staysOnDevice(kind: Backend["kind"], dtype: DType): boolean {
  return kind === "webgpu" && dtype === "float32";
}
