import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { HostArray } from "../tensor/dtype.js";
import type { DeviceTensor, Session, SessionChoice } from "./backend.js";
import { fromBase64 } from "./base64.js";
import { ExecutionError } from "./errors.js";
import { copyInto } from "./state-store.js";
import { END_OF_COPIES, endedCopies, endingCopies, LEAST_BYTES } from "./unread-results.js";

/** The common interface of onnxruntime-node and onnxruntime-web. */
interface Library {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
}

interface Traits {
  /** Whether the library writes results into the given tensors. */
  readonly fillsInPlace: boolean;
}

/**
 * With this many operators or more, ONNX Runtime's own graph rewriting is switched off. It takes time
 * quadratic in their number (48 s for 30,000) and does not make such a long program any faster.
 */
const MANY_OPERATORS = 4000;

/** Opens a session of either library. @throws ExecutionError when the library rejects the model */
export async function openSession(
  ort: Library,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  { kept = [], operators = 0 }: SessionChoice,
  { fillsInPlace }: Traits,
): Promise<Session> {
  const locations = Object.fromEntries(kept.map((name) => [name, "gpu-buffer"] as const));
  const create = (bytes: Uint8Array) =>
    ort.InferenceSession.create(bytes, {
      ...options,
      graphOptimizationLevel: operators > MANY_OPERATORS ? "disabled" : "all",
      // A memory pattern adds one block for all buffers of a run, while those of the first run stay.
      enableMemPattern: false,
      ...(kept.length > 0 && { preferredOutputLocation: locations }),
    });
  const inPlace = fillsInPlace && kept.length === 0;
  // A model of an operator set older than 11, which somebody else made, has no sequences.
  const created = inPlace ? create(endingCopies(model)).catch(() => create(model)) : create(model);
  const session = await created.catch((cause: unknown) => {
    throw new ExecutionError(`ONNX Runtime rejected the program: ${messageOf(cause)}`, { cause });
  });
  const hasEnd = session.outputNames.includes(END_OF_COPIES);
  // A kept tensor lies in its session's memory. Using it after the session's release crashes the
  // process.
  let alive = 0;
  let released = false;

  function keep(reference: Tensor): DeviceTensor {
    alive += 1;
    return {
      reference,
      dispose() {
        reference.dispose();
        alive -= 1;
        if (released && alive === 0) void session.release();
      },
    };
  }

  return {
    async run(feeds, fetches) {
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, feed]) => [
          name,
          ("reference" in feed ? feed.reference : feed) as Tensor,
        ]),
      );
      const failed = (cause: unknown) => {
        throw new ExecutionError(`the run failed: ${messageOf(cause)}`, { cause });
      };
      if (inPlace) {
        const bytes = Object.values(fetches).reduce((sum, { data }) => sum + data.byteLength, 0);
        const end = hasEnd && bytes >= LEAST_BYTES ? { [END_OF_COPIES]: null } : {};
        const places = { ...end, ...fetches } as InferenceSession.NullableOnnxValueMapType;
        await session.run(inputs, places).catch((cause) => endedCopies(cause) || failed(cause));
        return {};
      }
      const results = await session.run(inputs, [...Object.keys(fetches), ...kept]).catch(failed);
      for (const [name, { data }] of Object.entries(fetches)) {
        copyInto(data, results[name]!.data as HostArray);
      }
      return Object.fromEntries(kept.map((name) => [name, keep(results[name] as Tensor)]));
    },
    async release() {
      released = true;
      if (alive === 0) await session.release();
    },
  };
}

/** Options of the WebGPU provider: the layout with correct kernels, and the operators left to the CPU. */
export function webGpuProvider({
  hostNodes = [],
}: SessionChoice): InferenceSession.WebGpuExecutionProviderOption {
  return {
    name: "webgpu",
    // With NHWC, Conv is wrong for, say, 5, 6 or 9 channels into 4 or 8 (ONNX Runtime 1.30).
    preferredLayout: "NCHW",
    ...(hostNodes.length > 0 && { forceCpuNodeNames: hostNodes }),
  };
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const IDENTITY = "CAg6LwoQCgF4EgF5IghJZGVudGl0eRIBZ1oLCgF4EgYKBAgBEgBiCwoBeRIGCgQIARIAQgQKABAN";

/** The smallest model, y = x for a scalar, to test whether the library or a device starts at all. */
export function identityModel(): Uint8Array {
  return fromBase64(IDENTITY);
}
