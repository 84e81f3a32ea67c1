import type { Host, SampleRequest } from "../../core/driven.js";
import { stream } from "../../runtime/random.js";
import { drawSymbol, type SymbolChoice } from "./draw-symbol.js";
import { lengthOf, type Onlooker, type Symbols } from "./symbols.js";

/**
 * Moves on by a position.
 *
 * @param position  in [0, T), one after the other
 * @param previous  [size] the symbols of the position before; meaningless at the first
 * @returns         [size, K] logits of the symbols at the position
 */
export type NextSymbol = (position: number, previous: Int32Array) => Promise<Float32Array>;

/** A model's distribution of the next symbol, position after position. */
export interface Walk {
  readonly symbols: Symbols;
  /** Name of the random stream of the draws. */
  readonly stream: string;
  readonly next: NextSymbol;
}

/** Symbols that are known beforehand. */
export interface GivenSymbols {
  /** [size, T] */
  readonly symbols: Int32Array;
  /** Whether the symbols at a position are given. */
  isGiven(position: number): boolean;
  /** [K] 1 for the symbols that an image may have at a position; undefined where all may be. */
  allowed?(position: number, image: number): Uint8Array | undefined;
}

/**
 * Draws sequences of symbols one position after the other. Given symbols stay, and have no effect on
 * positions before them.
 *
 * @returns  [size, T]
 */
export async function drawSymbols(
  host: Host,
  walk: Walk,
  { size, first, seed }: SampleRequest,
  choice: SymbolChoice,
  given?: GivenSymbols,
  onlooker?: Onlooker,
): Promise<Int32Array> {
  const { count } = walk.symbols;
  const length = lengthOf(walk.symbols);
  const symbols = given?.symbols.slice() ?? new Int32Array(size * length);
  const open = Array.from({ length }, (_, position) => !given?.isGiven(position));
  const end = open.lastIndexOf(true) + 1;
  const uniforms = new Float32Array(size);
  let previous = new Int32Array(size);
  for (let position = 0; position < end; position++) {
    host.signal?.throwIfAborted();
    const logits = await walk.next(position, previous);
    if (open[position]) {
      stream(seed, walk.stream, position).uniform(uniforms, first);
      for (let image = 0; image < size; image++) {
        const row = new Float64Array(logits.subarray(image * count, (image + 1) * count));
        given?.allowed?.(position, image)?.forEach((may, symbol) => {
          if (may === 0) row[symbol] = Number.NEGATIVE_INFINITY;
        });
        symbols[image * length + position] = drawSymbol(row, uniforms[image], choice);
      }
    }
    previous = Int32Array.from({ length: size }, (_, image) => symbols[image * length + position]);
    await onlooker?.(symbols, (at) => at % length <= position || !open[at % length]);
    host.onProgress?.((position + 1) / end);
  }
  return symbols;
}
