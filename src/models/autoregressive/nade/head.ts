import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import {
  bernoulli,
  type Distribution,
  normalMixture,
  temperedClassLogits,
  temperedLogits,
  zeros,
} from "../../../nn/index.js";
import type { Initialiser } from "../../../nn/scope.js";
import { add, log, mul, softplus } from "../../../tensor/ops/elementwise.js";
import { split, squeeze } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { NadeConfig } from "./config.js";
import type { Outputs } from "./network.js";

/** How the distribution of one variable is read from the network's outputs. */
export interface NadeHead extends Outputs {
  readonly kind: "binary" | "mixture";
  /**
   * The distribution of each variable.
   *
   * @param outputs      [..., P]
   * @param temperature  float scalar ≥ 0 that divides logits and multiplies standard deviations; at 0
   *                     all mass is on the likelier value, or on the mean of the likeliest component
   */
  distribution(outputs: Tensor, temperature?: Tensor): Distribution;
}

/**
 * The head that a configuration asks for.
 *
 * @throws ConfigError when the data are not binary and the head is
 */
export function headOf(config: NadeConfig, { binary }: Pick<DataTraits, "binary">): NadeHead {
  const kind = config.head === "auto" ? (binary ? "binary" : "mixture") : config.head;
  if (kind === "mixture") return mixtureHead(config);
  if (binary) return binaryHead;
  throw new ConfigError(
    "nade: head=binary needs pixels that are 0 or 1; train with --binarisation fixed or dynamic, or with head=mixture",
  );
}

/** One logit. */
const binaryHead: NadeHead = {
  kind: "binary",
  count: 1,
  initialBias: zeros,
  distribution(outputs, temperature) {
    const logits = squeeze(outputs, -1);
    return bernoulli(temperature === undefined ? logits : temperedLogits(logits, temperature));
  },
};

/**
 * A mixture of K Gaussians: K logits, K means, and K numbers whose softplus is the standard deviation
 * above its least.
 *
 * @source Uria, Murray & Larochelle 2013, arXiv:1306.0186, equations 6–9; there exp gives the deviation
 */
function mixtureHead({ components, minStd }: NadeConfig): NadeHead {
  return {
    kind: "mixture",
    count: 3 * components,
    initialBias: mixtureBias(components),
    distribution(outputs, temperature) {
      const [logits, mean, rawStd] = split(outputs, [components, components, components], -1);
      const std = add(softplus(rawStd), minStd);
      if (temperature === undefined) {
        return normalMixture({ logits, mean, logVar: mul(log(std), 2) });
      }
      return normalMixture({
        logits: temperedClassLogits(logits, temperature),
        mean,
        logVar: mul(log(mul(std, temperature)), 2),
      });
    },
  };
}

/** Equal weights, means spread over [0, 1], and deviations of the distance between them. */
function mixtureBias(components: number): Initialiser {
  const std = 1 / components;
  const rawStd = Math.log(Math.expm1(std));
  return ([variables]) =>
    Float32Array.from({ length: variables * 3 * components }, (_, index) => {
      const output = index % (3 * components);
      if (output < components) return 0;
      return output < 2 * components ? (output - components + 0.5) / components : rawStd;
    });
}
