import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { add, mul, neg, softplus, square } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { cheapest, type Enumeration } from "../enumeration.js";
import type { RbmConfig } from "./config.js";
import { dot, freeEnergy, hiddenPull, type Machine, machineOf } from "./machine.js";

/**
 * The smaller side if it has at most 20 binary units, else undefined; the other side is summed or
 * integrated out in closed form.
 */
export function enumerationOf(config: RbmConfig, image: ImageShape): Enumeration | undefined {
  const pixels = pixelsPerImage(image);
  const hidden: Enumeration = {
    of: "hidden units",
    units: config.hidden,
    program: "rbm.enumerate.hidden",
    logWeights: (scope, h, classes) =>
      logWeightOfHidden(machineOf(scope, config, image, { classes }), h, pixels),
  };
  const visible: Enumeration = {
    of: "visible units",
    units: pixels,
    program: "rbm.enumerate.visible",
    logWeights: (scope, v, classes) =>
      neg(freeEnergy(machineOf(scope, config, image, { classes }), v)),
  };
  return cheapest(config.visible === "binary" ? [hidden, visible] : [hidden]);
}

/**
 * log Σᵥ e^−E(v, h), or log ∫ e^−E(v, h) dv for Gaussian visible units.
 *
 * @param h  [N, H]
 * @returns  [N]
 */
function logWeightOfHidden(machine: Machine, h: Tensor, visible: number): Tensor {
  const { visibleBias, hiddenBias, std } = machine;
  const own = dot(h, hiddenBias);
  const pull = hiddenPull(machine, h);
  if (std === undefined) return add(own, sum(softplus(add(pull, visibleBias)), -1));
  // ∫ exp(−(v − b)²/2σ² + v·a/σ²) dv = √(2πσ²) · exp((b·a + a²/2)/σ²) with a the pull on the mean.
  const shifted = add(mul(pull, visibleBias), mul(square(pull), 0.5));
  const volume = (visible / 2) * Math.log(2 * Math.PI * std * std);
  return add(add(own, mul(sum(shifted, -1), 1 / (std * std))), volume);
}
