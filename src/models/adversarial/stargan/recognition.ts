import { add, mul } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { StarCondition } from "./condition.js";
import type { StarganConfig } from "./config.js";

/** The discriminator's outputs for images. */
export interface StarJudgement {
  /** [B] the mean over patches: the larger, the more real */
  readonly realness: Tensor;
  /** [B, K] how much they look like each class, or have each attribute */
  readonly recognised: Tensor;
}

/** How the discriminator minds what images are to be. */
interface Recognition {
  /**
   * How real images are, for what they are to be.
   *
   * @param values  [B, K] classes or attributes
   * @returns       [B]
   */
  realness(condition: StarCondition, judgement: StarJudgement, values: Tensor): Tensor;
  /**
   * Whether real images with other values are less real. Values of a batch and those that its images are
   * turned to are the same ones in another order, so then a constant beside what is recognised cancels.
   */
  readonly mismatches: boolean;
  /** [B] nats, how badly it recognises them beside that; undefined where it does not. */
  loss(condition: StarCondition, judgement: StarJudgement, values: Tensor): Tensor | undefined;
}

export const recognitions: Readonly<Record<StarganConfig["recognition"], Recognition>> = {
  /**
   * A classifier beside the critic learns from real images and teaches the generator. It never sees
   * translated ones, so that the generator finds marks which pass for what they stand for.
   *
   * @source Choi et al. 2018, arXiv:1711.09020, equations 2 and 3
   */
  auxiliary: {
    realness: (_, { realness }) => realness,
    mismatches: false,
    loss: ({ recognition }, { recognised }, values) => recognition(values, recognised),
  },
  /**
   * One critic of images and what they are to be: D(x, c) = r(x) + Σₖ sₖ(c) aₖ(x). Real images with their
   * own c are real; translated ones are not, nor are real ones with the c of others.
   *
   * @source Miyato & Koyama 2018, arXiv:1802.05637, equation 4; for classes, the outputs by domain of Choi
   *         et al. 2020, arXiv:1912.01865, section 2.1; mismatches as in Reed et al. 2016, arXiv:1605.05396
   */
  projection: {
    realness: ({ signs }, { realness, recognised }, values) =>
      add(realness, sum(mul(signs(values), recognised), 1)),
    mismatches: true,
    loss: () => undefined,
  },
};
