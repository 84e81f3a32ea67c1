import type { Host, SampleRequest } from "../../core/driven.js";
import type { Scope } from "../../nn/scope.js";
import type { Executable } from "../../runtime/program.js";
import { stream } from "../../runtime/random.js";
import { input, type Tensor } from "../../tensor/tensor.js";
import { drawSymbol, type SymbolChoice } from "./draw-symbol.js";
import { lengthOf, type Symbols } from "./symbols.js";

/** A model's distribution of every symbol of a sequence, given those before it. */
export interface WholeSequence {
  readonly symbols: Symbols;
  /** Name of the random stream of the draws. */
  readonly stream: string;
  /** [B, T] symbols → [B, T, K] logits. */
  readonly logits: (scope: Scope, symbols: Tensor) => Tensor;
  /** Conditions of each row. */
  readonly feeds: Readonly<Record<string, Int32Array | Float32Array>>;
  /** Rows of an image, such as two for guidance, and what becomes of their logits; one by default. */
  readonly rows?: { readonly count: number; readonly mix: (logits: Float32Array) => Float32Array };
}

/** A pass over the whole sequence. Compiled once per host. */
export const wholeSequencePass = (
  host: Host,
  { symbols, logits }: WholeSequence,
): Promise<Executable> =>
  host.program("naive", (scope) => ({
    logits: logits(scope, input("symbols", ["B", lengthOf(symbols)], "int32")),
  }));

/**
 * Draws images with a pass over the whole sequence for each symbol. Cached samplers must agree with it,
 * and are timed against it.
 *
 * @returns  [size, C, H, W] in [0, 1]
 */
export async function drawByWholeSequences(
  host: Host,
  sequence: WholeSequence,
  request: SampleRequest,
  choice: Omit<SymbolChoice, "temperature">,
): Promise<Float32Array> {
  const { size, first, seed, temperature } = request;
  const { symbols, stream: name, feeds, rows } = sequence;
  const length = lengthOf(symbols);
  const run = await wholeSequencePass(host, sequence);
  const { count, mix } = rows ?? { count: 1, mix: (logits) => logits };
  const drawn = new Int32Array(size * length);
  const given = new Int32Array(count * drawn.length);
  const uniforms = new Float32Array(size);
  for (let position = 0; position < length; position++) {
    for (let row = 0; row < count; row++) given.set(drawn, row * drawn.length);
    const { logits } = await run.run({
      state: host.state,
      feeds: { ...feeds, symbols: given },
      dims: { B: size * count },
    });
    const mixed = mix(logits as Float32Array);
    stream(seed, name, position).uniform(uniforms, first);
    for (let image = 0; image < size; image++) {
      const start = (image * length + position) * symbols.count;
      const own = mixed.subarray(start, start + symbols.count);
      drawn[image * length + position] = drawSymbol(own, uniforms[image], {
        ...choice,
        temperature,
      });
    }
  }
  return symbols.write(host, drawn, request);
}
