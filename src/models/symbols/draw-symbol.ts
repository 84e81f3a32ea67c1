import { z } from "zod";
import { countUpTo } from "../../core/config-schema.js";
import { temperedLogProbs } from "../../nn/temperature.js";

/** Which symbols a draw chooses among, for a sampler's schema. */
export const choiceOptions = {
  topK: countUpTo(65_536)
    .default(65_536)
    .describe("draws among so many of the likeliest symbols; all by default"),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("draws among the likeliest symbols that together have this probability"),
};

export interface SymbolChoice {
  readonly topK: number;
  readonly topP: number;
  /** ≥ 0; up to 1e-6 counts as 0, the likeliest symbol. It acts before topK and topP. */
  readonly temperature: number;
}

/**
 * Draws a symbol: the probabilities at the temperature, cut to the `topK` likeliest, then to the fewest
 * whose probabilities reach `topP`, and made to sum to 1 again. Of symbols that are equally likely the
 * first ones are kept.
 *
 * @param logits   [K] unnormalised log-probabilities
 * @param uniform  in [0, 1)
 * @returns        in [0, K)
 * @source top-k: Fan, Lewis & Dauphin 2018, arXiv:1805.04833, section 5.2; top-p: Holtzman et al. 2020,
 *         arXiv:1904.09751, section 3.1
 */
export function drawSymbol(
  logits: ArrayLike<number>,
  uniform: number,
  choice: SymbolChoice,
): number {
  const probs = temperedLogProbs(logits, choice.temperature);
  for (let symbol = 0; symbol < probs.length; symbol++) probs[symbol] = Math.exp(probs[symbol]);
  keepLikeliest(probs, choice);
  let total = 0;
  for (let symbol = 0; symbol < probs.length; symbol++) total += probs[symbol];
  const target = uniform * total;
  let reached = 0;
  let last = 0;
  for (let symbol = 0; symbol < probs.length; symbol++) {
    if (probs[symbol] === 0) continue;
    reached += probs[symbol];
    last = symbol;
    if (target < reached) return symbol;
  }
  return last;
}

/** Sets the probabilities of all but the chosen symbols to 0. */
function keepLikeliest(probs: Float64Array, { topK, topP }: SymbolChoice): void {
  if (topK >= probs.length && topP === 1) return;
  const order = [...probs.keys()].sort((a, b) => probs[b] - probs[a] || a - b);
  const most = Math.min(topK, probs.length);
  const among = order.slice(0, most).reduce((sum, symbol) => sum + probs[symbol], 0);
  let kept = 0;
  let reached = 0;
  while (kept < most && reached < topP * among) reached += probs[order[kept++]];
  for (const symbol of order.slice(Math.max(kept, 1))) probs[symbol] = 0;
}
