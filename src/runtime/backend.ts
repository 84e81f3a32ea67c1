import type { DType, HostArray } from "../tensor/dtype.js";

/** A tensor as the runtime library holds it; its elements are a view of host memory. */
export interface BackendTensor {
  readonly data: HostArray;
  readonly dims: readonly number[];
}

/** A loaded model. */
export interface Session {
  /** Fills the fetched tensors in place. */
  run(
    feeds: Readonly<Record<string, BackendTensor>>,
    fetches: Readonly<Record<string, BackendTensor>>,
  ): Promise<void>;
  release(): Promise<void>;
}

/** The library that runs ONNX models: onnxruntime-node here, onnxruntime-web in a browser. */
export interface Backend {
  readonly kind: "cpu" | "webgpu" | "cuda";
  readonly threads: number;
  readonly description: string;
  /** Channels of a block, where sessions have sound operators on blocked images. */
  readonly block: number | undefined;
  createSession(model: Uint8Array): Promise<Session>;
  /** Wraps host memory without copying it. */
  tensor(dtype: DType, data: HostArray, dims: readonly number[]): BackendTensor;
}
