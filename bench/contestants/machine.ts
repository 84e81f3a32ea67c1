/** Measures the machine's peak rates: `machine.ts THREADS` prints a line of JSON. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import onnxProto from "onnx-proto";
import { loadLibrary } from "../../src/runtime/node-library.js";

const { onnx } = onnxProto;

export interface MachineRates {
  /** Rate of a 1024³ matrix product in ONNX Runtime. */
  readonly gemmGflops: number;
  /** Bytes read and written by threads that together copy 64 MB. */
  readonly copyGBs: number;
}

const SIDE = 1024;
const COPIED = 16 * 1024 * 1024;
const TURNS = 15;

/** A model of one product of two square matrices. */
function productModel(): Uint8Array {
  const square = (name: string) => ({
    name,
    type: {
      tensorType: {
        elemType: onnx.TensorProto.DataType.FLOAT,
        shape: { dim: [{ dimValue: SIDE }, { dimValue: SIDE }] },
      },
    },
  });
  const graph = {
    name: "product",
    node: [{ opType: "MatMul", input: ["a", "b"], output: ["y"] }],
    input: [square("a"), square("b")],
    output: [square("y")],
  };
  return onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ version: 17 }], graph }).finish();
}

/** Milliseconds of the fastest of several products. */
async function fastestProduct(threads: number): Promise<number> {
  const { InferenceSession, Tensor } = await loadLibrary();
  const session = await InferenceSession.create(productModel(), {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
  });
  const square = () => new Tensor("float32", new Float32Array(SIDE * SIDE).fill(0.5), [SIDE, SIDE]);
  const [a, b, y] = [square(), square(), square()];
  const ms = await fastestOf(() => session.run({ a, b }, { y }));
  await session.release();
  return ms;
}

/**
 * Milliseconds in which threads together copy an array, in the fastest of several rounds. An ONNX
 * Runtime operator of that size would mostly wait for the system to allocate memory.
 */
async function fastestCopy(threads: number): Promise<number> {
  const part = Math.floor(COPIED / threads);
  const code = `
    const { parentPort } = require("node:worker_threads");
    const from = new Float32Array(${part}).fill(1), to = new Float32Array(${part}).fill(1);
    parentPort.on("message", () => { to.set(from); parentPort.postMessage(null); });`;
  const workers = Array.from({ length: threads }, () => new Worker(code, { eval: true }));
  const round = () =>
    Promise.all(
      workers.map((worker) => {
        const done = once(worker, "message");
        worker.postMessage(null);
        return done;
      }),
    );
  const ms = await fastestOf(round);
  for (const worker of workers) await worker.terminate();
  return ms;
}

async function fastestOf(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < TURNS; turn++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

const threads = Number(process.argv[2]);
const productMs = await fastestProduct(threads);
const copyMs = await fastestCopy(threads);
const rates: MachineRates = {
  gemmGflops: (2 * SIDE ** 3) / productMs / 1e6,
  copyGBs: (2 * 4 * COPIED) / copyMs / 1e6,
};
process.stdout.write(`${JSON.stringify(rates)}\n`);
