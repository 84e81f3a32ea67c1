import type { Backend } from "./backend.js";
import { blockFilters } from "./onnx/blocked/filters.js";
import { NCHWC } from "./onnx/blocked/values.js";
import { GraphBuilder } from "./onnx/builder.js";
import { encodeModel } from "./onnx/proto.js";

/** Block sizes of ONNX Runtime's kernels: 16 with AVX-512, 8 with AVX2. */
const BLOCKS = [8, 16];
/** A multiple of both block sizes. */
const CHANNELS = 32;
const SIZE = 5;
const TOLERANCE = 1e-4;

/**
 * The number of channels in a block of the library's blocked operators. `undefined` if the library has
 * no such operators, if they reject filters that are only known at run time, or if they disagree with
 * `Conv`. These operators are undocumented, so the probe tests everything that Figment relies on.
 */
export async function probeBlock(
  backend: Pick<Backend, "createSession" | "tensor">,
): Promise<number | undefined> {
  for (const block of BLOCKS) {
    const deviation = await deviationFromConv(backend, block).catch(() => Number.NaN);
    if (deviation < TOLERANCE) return block;
  }
  return undefined;
}

/** The largest difference between blocked and plain convolution, each with bias and activation. */
async function deviationFromConv(
  backend: Pick<Backend, "createSession" | "tensor">,
  block: number,
): Promise<number> {
  const image = [1, CHANNELS, SIZE, SIZE];
  const inputs = { x: image, filters: [CHANNELS, CHANNELS, 3, 3], bias: [CHANNELS] };
  const graph = new GraphBuilder();
  for (const [name, shape] of Object.entries(inputs)) {
    graph.reserve(name);
    graph.addInput(name, "float32", shape);
  }
  const window = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const expected = graph.emit("Relu", [graph.emit("Conv", ["x", "filters", "bias"], window)]);
  const [blocked] = graph.emitAll("ReorderInput", ["x"], {}, NCHWC);
  const filters = blockFilters(
    graph,
    { value: "filters", outputs: CHANNELS, perGroup: CHANNELS, kernel: [3, 3] },
    block,
  );
  const attributes = { ...window, activation: "Relu" };
  const [result] = graph.emitAll("Conv", [blocked, filters, "bias"], attributes, NCHWC);
  const [actual] = graph.emitAll("ReorderOutput", [result], { channels: CHANNELS }, NCHWC);
  graph.addOutput(expected, "expected", "float32", image);
  graph.addOutput(actual, "actual", "float32", image);
  const session = await backend.createSession(
    encodeModel(graph.finish(), graph.domains, { graphName: "probe" }),
  );
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => {
      const count = shape.reduce((product, dim) => product * dim, 1);
      const values = Float32Array.from({ length: count }, (_, k) => Math.sin(k * k + count) / 8);
      return [name, backend.tensor("float32", values, shape)];
    }),
  );
  const fetches = Object.fromEntries(
    ["expected", "actual"].map((name) => [
      name,
      backend.tensor("float32", new Float32Array(CHANNELS * SIZE * SIZE), image),
    ]),
  );
  await session.run(feeds, fetches);
  await session.release();
  const [wanted, got] = [fetches.expected.data, fetches.actual.data] as Float32Array[];
  return wanted.reduce((most, value, k) => Math.max(most, Math.abs(value - got[k])), 0);
}
