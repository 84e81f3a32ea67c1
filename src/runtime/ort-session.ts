import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { HostArray } from "../tensor/dtype.js";
import type { BackendTensor, DeviceTensor, Session, SessionChoice } from "./backend.js";
import { discard } from "./discard.js";
import { ExecutionError } from "./errors.js";
import { copyInto } from "./state-store.js";

/** What onnxruntime-node and onnxruntime-web have in common. */
interface Library {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
}

interface Traits {
  /** Whether the library writes results into the tensors that it is given. */
  readonly fillsInPlace: boolean;
}

/**
 * Operators from which on ONNX Runtime takes the graph as it is. Its own rewriting takes time with the
 * square of their number (48 s for 30,000), and finds nothing that makes so long a program faster.
 */
const MANY_OPERATORS = 4000;

/** A session of either library. @throws ExecutionError when it refuses the model */
export async function openSession(
  ort: Library,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  { kept = [], operators = 0 }: SessionChoice,
  { fillsInPlace }: Traits,
): Promise<Session> {
  const locations = Object.fromEntries(kept.map((name) => [name, "gpu-buffer"] as const));
  const session = await ort.InferenceSession.create(model, {
    ...options,
    graphOptimizationLevel: operators > MANY_OPERATORS ? "disabled" : "all",
    // A pattern is one block for all buffers of a run, beside those of the first run, which stay.
    enableMemPattern: false,
    ...(kept.length > 0 && { preferredOutputLocation: locations }),
  }).catch((cause: unknown) => {
    throw new ExecutionError(`the engine refused the program: ${messageOf(cause)}`, { cause });
  });
  const inPlace = fillsInPlace && kept.length === 0;
  // A kept tensor lies in memory of the session that made it: used after that is released, it ends
  // the process.
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
      const work = inPlace
        ? session.run(inputs, fetches as unknown as InferenceSession.FetchesType)
        : session.run(inputs, [...Object.keys(fetches), ...kept]);
      const results = await work.catch((cause: unknown) => {
        throw new ExecutionError(`the run failed: ${messageOf(cause)}`, { cause });
      });
      if (inPlace) discardCopies(results, fetches);
      else {
        for (const [name, { data }] of Object.entries(fetches)) {
          copyInto(data, results[name]!.data as HostArray);
        }
      }
      return Object.fromEntries(kept.map((name) => [name, keep(results[name] as Tensor)]));
    },
    async release() {
      released = true;
      if (alive === 0) await session.release();
    },
  };
}

/** Frees what came back beside the tensors that the results were written to. */
function discardCopies(
  results: InferenceSession.OnnxValueMapType,
  fetches: Readonly<Record<string, BackendTensor>>,
): void {
  const own = new Set(Object.values(fetches).map(({ data }) => data.buffer));
  const buffers = Object.values(results).map(({ data }) => (data as HostArray).buffer);
  discard(buffers.filter((buffer) => !own.has(buffer)));
}

/** How WebGPU is asked for: with the layout whose kernels are right, and with what is left to the CPU. */
export function webGpuProvider({
  hostNodes = [],
}: SessionChoice): InferenceSession.WebGpuExecutionProviderOption {
  return {
    name: "webgpu",
    // In the other one, Conv is wrong for 5, 6 or 9 channels into 4 or 8, say (ONNX Runtime 1.30).
    preferredLayout: "NCHW",
    ...(hostNodes.length > 0 && { forceCpuNodeNames: hostNodes }),
  };
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const IDENTITY = "CAg6LwoQCgF4EgF5IghJZGVudGl0eRIBZ1oLCgF4EgYKBAgBEgBiCwoBeRIGCgQIARIAQgQKABAN";

/** y = x for a number: the smallest model, to see whether the library or a device starts at all. */
export function identityModel(): Uint8Array {
  return Uint8Array.from(atob(IDENTITY), (character) => character.charCodeAt(0));
}
