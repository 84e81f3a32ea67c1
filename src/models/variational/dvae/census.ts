import type { Census } from "../../../core/model.js";
import { cast } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import type { Tokeniser } from "./tokeniser.js";

/**
 * How the tokens of all validation images use the codebook: `codebookPerplexity`, e to the entropy of
 * their shares (the codes that equal shares of them would make up), and `deadCodes`, which none uses.
 */
export const codebookCensus = ({ quantiser, encode }: Tokeniser): Census => ({
  trace: (scope, { pixelsUnit }) =>
    cast(flatten(quantiser.tokens(scope, encode(scope, pixelsUnit))), "float32"),
  begin() {
    const uses = new Float64Array(quantiser.codes);
    return {
      add(tokens) {
        for (const token of tokens) uses[token] += 1;
      },
      result: () => codebookUse(uses),
    };
  },
});

/** The figures of a codebook whose codes were used so often. */
export function codebookUse(uses: Float64Array): {
  readonly codebookPerplexity: number;
  readonly deadCodes: number;
} {
  const total = uses.reduce((sum, count) => sum + count, 0);
  const entropy = uses.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)),
    0,
  );
  return {
    codebookPerplexity: Math.exp(entropy),
    deadCodes: uses.reduce((dead, count) => dead + Number(count === 0), 0),
  };
}
