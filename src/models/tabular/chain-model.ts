import type { DataTraits } from "../../core/batch.js";
import type { FitStage } from "../../core/fit.js";
import { add, mul } from "../../tensor/ops/elementwise.js";
import { gather } from "../../tensor/ops/indexing.js";
import { pad, sliceAxis } from "../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import { type Chain, readChain } from "./chain.js";
import type { Rows } from "./counting.js";
import type { TabularModel } from "./draws.js";
import type { CountingConfig } from "./levels.js";
import { tabularModel } from "./tabular-model.js";

/** The parts in which chain models differ. */
export interface ChainSetup {
  readonly chain: Chain;
  readonly config: CountingConfig;
  readonly data: DataTraits;
  readonly countMissing?: FitStage["missing"];
  explain(): string;
}

/** A model whose variables form a chain, possibly of order 0. */
export function chainModel({ chain, ...rest }: ChainSetup): TabularModel {
  return tabularModel({
    ...rest,
    rows: chainRows(chain),
    drawsPerImage: chain.ordering.sequence.length,
    read: (logProbs, temperature) => readChain(chain, logProbs, temperature),
    estimator: "product of conditionals",
  });
}

/** One conditional distribution per place and context. */
export function chainRows({ levels, contexts, order, ordering }: Chain): Rows {
  const n = ordering.sequence.length;
  return {
    count: n * contexts,
    outcomes: levels,
    levels,
    entries(values) {
      const sequence = constant(Array.from(ordering.sequence), [n], "int32");
      const starts = Array.from(ordering.sequence, (_, place) => place * contexts * levels);
      const inOrder = gather(values, sequence, 1);
      return add(withContext(inOrder, levels, order), constant(starts, [1, n], "int32"));
    },
  };
}

/**
 * Encodes a value and the N before it as one number, Σⱼ x[i − j] · kʲ for j = 0 … N. This is a causal
 * convolution with the powers of k as its filter and zeros before the first value.
 *
 * @param values  int32 [B, n]
 */
function withContext(values: Tensor, levels: number, order: number): Tensor {
  const n = values.shape[1] as number;
  const none: [number, number] = [0, 0];
  const padded = pad(values, [none, [order, 0]]);
  let sum = values;
  for (let back = 1; back <= order; back++) {
    const shifted = sliceAxis(padded, 1, { start: order - back, end: order - back + n });
    sum = add(sum, mul(shifted, levels ** back));
  }
  return sum;
}
