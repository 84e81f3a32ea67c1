import { greater } from "../../../tensor/ops/elementwise.js";
import { input } from "../../../tensor/tensor.js";
import type { WholeSequence } from "../../symbols/naive.testing.js";
import { designOf } from "./design-of.js";
import type { Setup } from "./setup.js";

/** A dalle as a pass over whole sequences, with `caption` and `isHidden` of each row as feeds. */
export function wholeDalle(setup: Setup, feeds: WholeSequence["feeds"]): WholeSequence {
  const design = designOf(setup);
  return {
    symbols: setup.symbols,
    stream: "dalle/draw",
    logits: (scope, tokens) =>
      design.logits(
        scope.child("network"),
        input("caption", ["B", setup.textLength], "int32"),
        greater(input("isHidden", ["B"]), 0),
        tokens,
      ).image,
    feeds,
  };
}
