import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { bernoulliNll } from "../../../nn/index.js";
import { mul, neg } from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { logSoftmax, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { signed } from "../game/views.js";
import type { StarganConfig } from "./config.js";

/** What a generator is told and a discriminator recognises. */
export interface StarCondition {
  /** The annotation that holds it. */
  readonly by: "class" | "attributes";
  readonly names: readonly string[];
  /** [B, K] of a batch: 1 at an image's class, or its attributes */
  of(annotations: AnnotationTensors): Tensor;
  /**
   * How badly a discriminator recognises it.
   *
   * @param values  [B, K] from `of`
   * @param logits  [B, K]
   * @returns       [B] nats, summed over attributes
   * @source Choi et al. 2018, arXiv:1711.09020, equations 2 and 3
   */
  recognition(values: Tensor, logits: Tensor): Tensor;
  /** [B, K] → [B, K]: 1 at an image's class and 0 elsewhere; 1 for an attribute that it has, −1 else */
  signs(values: Tensor): Tensor;
}

/** @throws ConfigError when the images have neither, or one class or attribute only */
export function conditionOf(
  { condition }: Pick<StarganConfig, "condition">,
  { annotations }: Pick<DataTraits, "annotations">,
): StarCondition {
  const by = condition === "auto" ? (annotations.attributes ? "attributes" : "class") : condition;
  const names = annotations[by]?.names ?? [];
  if (names.length === 0) {
    throw new ConfigError(
      condition === "auto"
        ? "stargan needs images with attributes, such as --data avatars, or of several domains, such as --data mnist,digits"
        : `stargan: condition=${condition}, but these images have no ${condition === "class" ? "classes" : "attributes"}`,
    );
  }
  if (by === "class" && names.length === 1) {
    throw new ConfigError(
      `stargan translates between domains, but all images are of one, ${names[0]}; give several data sets, or a folder with several subfolders`,
    );
  }
  return by === "class"
    ? {
        by,
        names,
        of: (batch) => oneHot(requireAnnotation(batch, "class"), names.length),
        recognition: (values, logits) => neg(sum(mul(values, logSoftmax(logits, 1)), 1)),
        signs: (values) => values,
      }
    : {
        by,
        names,
        of: (batch) => requireAnnotation(batch, "attributes"),
        recognition: bernoulliNll,
        signs: signed,
      };
}
