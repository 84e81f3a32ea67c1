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

/** Maps the network's outputs to the distribution of one variable. */
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
 * The head that a configuration selects.
 *
 * @throws ConfigError for a binary head on data that are not binary
 */
export function headOf(config: NadeConfig, { binary }: Pick<DataTraits, "binary">): NadeHead {
  const kind = config.head === "auto" ? (binary ? "binary" : "mixture") : config.head;
  if (kind === "mixture") return mixtureHead(config);
  if (binary) return binaryHead;
  throw new ConfigError(
    "nade: head=binary needs pixels that are 0 or 1; train with --binarisation fixed or dynamic, or with head=mixture",
  );
}

/** Reads one logit. */
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
 * A mixture of K Gaussians: K logits, K means, and K numbers whose softplus is added to the minimal
 * standard deviation.
 *
 * @source Uria, Murray & Larochelle 2013, arXiv:1306.0186, equations 6–9, which use exp, not softplus
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

/** Equal weights, means spread over [0, 1], and standard deviations equal to their distance. */
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
