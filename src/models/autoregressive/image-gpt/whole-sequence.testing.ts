import type { AnnotationTensors } from "../../../core/annotations.js";
import type { WholeSequence } from "../../symbols/naive.testing.js";
import { type Network, symbolLogits } from "./network.js";

/** An image-gpt as a pass over whole sequences; its classes, where it has some, come in as a feed. */
export const wholeImageGpt = (
  network: Network,
  annotations: AnnotationTensors,
  feeds: WholeSequence["feeds"],
): WholeSequence => ({
  symbols: network.symbols,
  stream: "image-gpt/draw",
  logits: (scope, symbols) => symbolLogits(scope.child("network"), network, symbols, annotations),
  feeds,
});
