import { z } from "zod";
import { countUpTo } from "../../core/config-schema.js";
import type { Host, SampleRequest } from "../../core/driven.js";
import { countsAsZero } from "../../nn/temperature.js";
import { stream } from "../../runtime/random.js";
import { choiceOptions, drawSymbol, type SymbolChoice } from "./draw-symbol.js";
import { lengthOf, type Onlooker, type Symbols } from "./symbols.js";
import type { GivenSymbols } from "./walk.js";

/** How symbols are drawn in few passes, for a sampler's schema. */
export const parallelOptions = {
  ...choiceOptions,
  passes: countUpTo(4096)
    .default(12)
    .describe("passes, each of which settles the symbols that the model is surest of"),
  spread: z
    .number()
    .min(0)
    .default(4.5)
    .describe("how much chance decides which symbols settle first; it falls to 0 on the way"),
};

export interface ParallelChoice extends SymbolChoice {
  readonly passes: number;
  readonly spread: number;
}

/** A model's distributions of all symbols at once. */
export interface ParallelDrawing {
  readonly symbols: Symbols;
  /** Name of the random stream of the draws. */
  readonly stream: string;
  /**
   * @param symbols  [size, N]; meaningless where hidden
   * @param hidden   [size, N] 1 where a symbol is to be drawn
   * @returns        [size, N, K] logits given the symbols that are not hidden
   */
  all(symbols: Int32Array, hidden: Float32Array): Promise<Float32Array>;
}

/**
 * Draws all symbols in few passes. Each pass draws every symbol that is still open and settles those that
 * are likeliest, so that the number of open ones falls as the cosine does. Given symbols stay, and all
 * others depend on them.
 *
 * @returns  [size, N]
 * @source Chang et al. 2022, arXiv:2202.04200, section 3.2
 */
export async function drawInParallel(
  host: Host,
  { symbols: kind, stream: name, all }: ParallelDrawing,
  { size, first, seed }: SampleRequest,
  choice: ParallelChoice,
  given?: GivenSymbols,
  onlooker?: Onlooker,
): Promise<Int32Array> {
  const { count } = kind;
  const length = lengthOf(kind);
  const symbols = given?.symbols.slice() ?? new Int32Array(size * length);
  const hidden = new Float32Array(size * length);
  for (let at = 0; at < hidden.length; at++) hidden[at] = given?.isGiven(at % length) ? 0 : 1;
  const begun = hidden.subarray(0, length).reduce((sum, value) => sum + value, 0);
  const passes = Math.max(1, Math.min(choice.passes, begun));
  const uniforms = new Float32Array(2 * length);
  for (let pass = 1; pass <= passes; pass++) {
    host.signal?.throwIfAborted();
    const logits = await all(symbols, hidden);
    const left =
      pass === passes ? 0 : Math.floor(begun * Math.cos((Math.PI / 2) * (pass / passes)));
    for (let image = 0; image < size; image++) {
      stream(seed, name, pass).uniform(uniforms, (first + image) * uniforms.length);
      const open: { place: number; confidence: number }[] = [];
      for (let place = 0; place < length; place++) {
        const at = image * length + place;
        if (hidden[at] === 0) continue;
        const row = new Float64Array(logits.subarray(at * count, (at + 1) * count));
        given?.allowed?.(place, image)?.forEach((may, symbol) => {
          if (may === 0) row[symbol] = Number.NEGATIVE_INFINITY;
        });
        symbols[at] = drawSymbol(row, uniforms[place], choice);
        const chance = countsAsZero(choice.temperature) ? 0 : gumbel(uniforms[length + place]);
        const spread = choice.spread * (1 - pass / passes);
        open.push({ place, confidence: logProb(row, symbols[at]) + spread * chance });
      }
      open.sort((a, b) => b.confidence - a.confidence || a.place - b.place);
      const settled = open.slice(0, Math.max(Math.min(1, open.length), open.length - left));
      for (const { place } of settled) hidden[image * length + place] = 0;
    }
    await onlooker?.(symbols, (at) => hidden[at] === 0);
    host.onProgress?.(pass / passes);
  }
  return symbols;
}

function logProb(logits: Float64Array, symbol: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - largest), 0);
  return logits[symbol] - largest - Math.log(total);
}

/** A Gumbel variable from a uniform number in [0, 1). */
const gumbel = (uniform: number): number => -Math.log(-Math.log(Math.max(uniform, 2 ** -25)));
