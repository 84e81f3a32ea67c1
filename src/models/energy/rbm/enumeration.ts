import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Host } from "../../../core/driven.js";

import { add, mul, neg, softplus, square } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, squeeze } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import type { RbmConfig } from "./config.js";
import { logSum } from "./log-sum.js";
import { freeEnergy, hiddenPull, type Machine, machineOf } from "./machine.js";

/** The largest number of units whose states are enumerated. */
const MOST_UNITS = 20;
const STATES_A_RUN = 4096;

/** The side of a machine whose states are enumerated. */
export interface EnumerableSide {
  readonly side: "visible" | "hidden";
  readonly units: number;
}

/** The smaller side if it has at most 20 binary units, else undefined. */
export function enumerableSide(config: RbmConfig, image: ImageShape): EnumerableSide | undefined {
  const sides: EnumerableSide[] = [{ side: "hidden", units: config.hidden }];
  if (config.visible === "binary") sides.push({ side: "visible", units: pixelsPerImage(image) });
  const [least] = sides.sort((a, b) => a.units - b.units);
  return least.units <= MOST_UNITS ? least : undefined;
}

/**
 * log Z by enumerating the states of one side; the other is summed or integrated out in closed form.
 *
 * @throws the signal's reason once it is aborted
 */
export async function exactLogZ(
  host: Host,
  config: RbmConfig,
  image: ImageShape,
  { side, units }: EnumerableSide,
): Promise<number> {
  const program = await host.program(`rbm.enumerate.${side}`, (scope) => {
    const machine = machineOf(scope, config, image);
    const states = input("states", ["B", units]);
    const logWeights =
      side === "visible"
        ? neg(freeEnergy(machine, states))
        : logWeightOfHidden(machine, states, pixelsPerImage(image));
    return { logWeights };
  });
  const total = 2 ** units;
  const partial: number[] = [];
  for (let first = 0; first < total; first += STATES_A_RUN) {
    host.signal?.throwIfAborted();
    const size = Math.min(STATES_A_RUN, total - first);
    const { logWeights } = await program.run({
      state: host.state,
      feeds: { states: statesFrom(first, size, units) },
      dims: { B: size },
    });
    partial.push(logSum(logWeights as Float32Array));
    host.onProgress?.((first + size) / total);
  }
  return logSum(partial);
}

/** [size, units] States `first` … `first + size − 1`, where unit i is bit i of the state's number. */
function statesFrom(first: number, size: number, units: number): Float32Array {
  const states = new Float32Array(size * units);
  for (let state = 0; state < size; state++) {
    for (let unit = 0; unit < units; unit++) {
      states[state * units + unit] = ((first + state) >> unit) & 1;
    }
  }
  return states;
}

/**
 * log Σᵥ e^−E(v, h), or log ∫ e^−E(v, h) dv for Gaussian visible units.
 *
 * @param h  [N, H]
 * @returns  [N]
 */
function logWeightOfHidden(machine: Machine, h: Tensor, visible: number): Tensor {
  const { visibleBias, hiddenBias, std } = machine;
  const own = squeeze(matmul(h, expandDims(hiddenBias, 1)), 1);
  const pull = hiddenPull(machine, h);
  if (std === undefined) return add(own, sum(softplus(add(pull, visibleBias)), -1));
  // ∫ exp(−(v − b)²/2σ² + v·a/σ²) dv = √(2πσ²) · exp((b·a + a²/2)/σ²) with a the pull on the mean.
  const shifted = add(mul(pull, visibleBias), mul(square(pull), 0.5));
  const volume = (visible / 2) * Math.log(2 * Math.PI * std * std);
  return add(add(own, mul(sum(shifted, -1), 1 / (std * std))), volume);
}
