import type { DType, HostArray } from "../tensor/dtype.js";

/** A tensor as the runtime library holds it; its elements are a view of host memory. */
export interface BackendTensor {
  readonly data: HostArray;
  readonly dims: readonly number[];
}

/** A tensor in a device's own memory, as the runtime library refers to it. */
export interface DeviceTensor {
  readonly reference: object;
  dispose(): void;
}

/** A loaded model. */
export interface Session {
  /** Fills the fetched tensors in place. @returns the results that the session keeps on the device */
  run(
    feeds: Readonly<Record<string, BackendTensor | DeviceTensor>>,
    fetches: Readonly<Record<string, BackendTensor>>,
  ): Promise<Readonly<Record<string, DeviceTensor>>>;
  /** Once the tensors that it keeps on the device are disposed of, too. */
  release(): Promise<void>;
}

export interface SessionChoice {
  /** How many operators the model has, where they may be many. */
  readonly operators?: number;
  /** Operators that compute on the CPU where the others compute on WebGPU. */
  readonly hostNodes?: readonly string[];
  /** Results that stay on the device. */
  readonly kept?: readonly string[];
}

/** The library that runs ONNX models: onnxruntime-node here, onnxruntime-web in a browser. */
export interface Backend {
  readonly kind: "cpu" | "webgpu" | "cuda";
  readonly threads: number;
  readonly description: string;
  /** Channels of a block, where sessions have sound operators on blocked images. */
  readonly block: number | undefined;
  createSession(model: Uint8Array, choice?: SessionChoice): Promise<Session>;
  /** Wraps host memory without copying it. */
  tensor(dtype: DType, data: HostArray, dims: readonly number[]): BackendTensor;
}

/**
 * Whether state stays in the device's memory between runs. The libraries hand out tensors of
 * WebGPU's memory only, and its kernels compute in single precision: counters stay with the CPU.
 */
export function staysOnDevice(kind: Backend["kind"], dtype: DType): boolean {
  return kind === "webgpu" && dtype === "float32";
}
