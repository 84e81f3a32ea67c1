import type { DataTraits } from "../../../core/batch.js";
import type { Part } from "../../../core/model.js";
import { explanationOf } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import type { ClassifierConfig } from "./config.js";

/** Numbers that are learned, by network; those of a frozen part are not. */
export interface ClassifierParameters {
  readonly encoder: number;
  readonly head: number;
}

/** The distribution of the class, what it is made from, and the number of parameters. */
export function explain(
  config: ClassifierConfig,
  { channels, height, width }: DataTraits,
  part: Part | undefined,
  classes: number,
  learned: ClassifierParameters,
): string {
  const pixels = `${channels}×${height}×${width} pixels`;
  const count = (value: number) => formatCount(BigInt(value));
  const { encoder, head } = learned;
  return explanationOf({
    Factorisation: [
      `p(y | x) = softmax(W h(x) + b)_y over ${classes} classes; the images' own p(x) is not modelled`,
      `h(x) are the features of ${sourceOf(config, part, pixels)}`,
    ],
    "Conditional independence": [
      "yₙ ⊥ yₘ | xₙ for all n ≠ m: the class depends on its own image alone",
    ],
    Loss: [lossOf(config)],
    Parameters: [
      encoder === 0
        ? count(head)
        : `encoder ${count(encoder)} + head ${count(head)} = ${count(encoder + head)}`,
    ],
  });
}

function sourceOf(config: ClassifierConfig, part: Part | undefined, pixels: string): string {
  if (part !== undefined) {
    return `dense layers on the codes of the part encoder (${part.definition.id}), which ${config.finetune ? "is trained too" : "stays as it is"}`;
  }
  return config.architecture === "mlp"
    ? `dense layers on ${pixels}`
    : `residual convolutions over ${pixels}, averaged over all places, and dense layers`;
}

function lossOf({ smoothing }: ClassifierConfig): string {
  if (smoothing === 0) return "cross-entropy −log p(y | x), in nats";
  return `cross-entropy in nats, with ${smoothing} of the target spread evenly over the classes`;
}
