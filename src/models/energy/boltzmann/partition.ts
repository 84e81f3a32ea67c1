import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { add, neg, softplus } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import {
  concat,
  expandDims,
  squeeze,
  transpose,
  zerosOfShape,
} from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { cheapest, type Enumeration } from "../enumeration.js";
import type { BoltzmannConfig } from "./config.js";
import { betweenPixels } from "./connections.js";
import { freeEnergy, posteriorOf } from "./free-energy.js";
import { energy, layerScore, type Machine, machineOf, SCOPE, unitsOf } from "./machine.js";
import { logSumOverStates } from "./sum-over-states.js";

/** log Z of a machine of at most 20 units, differentiable in its parameters: a scalar. */
export function logPartition({ visibleBias, lateral, hidden }: Machine): Tensor {
  const pixels = Number(visibleBias.shape[0]);
  const within = lateral ?? zerosOfShape([pixels, pixels]);
  const joint = (bias: Tensor, weights: Tensor) =>
    squeeze(logSumOverStates(expandDims(bias, 0), weights), 0);
  if (hidden === undefined) return joint(visibleBias, within);
  const units = Number(hidden.bias.shape[0]);
  const below = concat(
    [transpose(hidden.weight), hidden.lateral ?? zerosOfShape([units, units])],
    1,
  );
  return joint(
    concat([visibleBias, hidden.bias], 0),
    concat([concat([within, hidden.weight], 1), below], 0),
  );
}

/**
 * The fewest units, at most 20, whose states give log Z, else undefined. A layer without connections
 * among its units is summed out in closed form given the other.
 */
export function enumerationOf(config: BoltzmannConfig, image: ImageShape): Enumeration | undefined {
  const posterior = posteriorOf(config, image);
  const over = (
    of: string,
    units: number,
    program: string,
    logWeights: (machine: Machine, states: Tensor) => Tensor,
  ): Enumeration => ({
    of,
    units,
    program: `${SCOPE}.enumerate.${program}`,
    logWeights: (scope, states) => logWeights(machineOf(scope, config, image), states),
  });
  const pixels = pixelsPerImage(image);
  const visible = over("visible units", pixels, "visible", (machine, v) =>
    neg(freeEnergy(machine, v, posterior)),
  );
  const hidden = over("hidden units", config.hidden, "hidden", logWeightOfHidden);
  const all = over("units", pixels + config.hidden, "all", (machine, states) =>
    neg(energy(machine, unitsOf(machine, states))),
  );
  return cheapest([
    ...(config.hidden > 0 && betweenPixels(config, image) === undefined ? [hidden] : []),
    ...(posterior.kind === "independent" ? [visible] : []),
    all,
  ]);
}

/** log Σᵥ e^−E(v, h) of pixels that are independent given h: [N, H] → [N] */
function logWeightOfHidden({ visibleBias, hidden }: Machine, h: Tensor): Tensor {
  const pull = hidden && matmul(h, hidden.weight, { transposeB: true });
  const pixels = sum(softplus(pull === undefined ? visibleBias : add(pull, visibleBias)), -1);
  return hidden === undefined ? pixels : add(pixels, layerScore(h, hidden.bias, hidden.lateral));
}
