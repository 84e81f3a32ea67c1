import { codebookUse, countCodes } from "../../../core/capabilities/tokens.js";
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
        countCodes(tokens, quantiser.codes).forEach((count, code) => {
          uses[code] += count;
        });
      },
      result: () => ({ ...codebookUse(uses) }),
    };
  },
});
