import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";

import { normalValues, zeros } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import {
  add,
  div,
  mul,
  neg,
  sigmoid,
  softplus,
  square,
  sub,
} from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, squeeze } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { baseIn, HIDDEN_CENTRE, logitsOfMeans, product, WEIGHT_STD } from "../base.js";
import type { RbmConfig } from "./config.js";

/**
 * A restricted Boltzmann machine, p(v, h) ∝ e^−E(v, h) with h in {0, 1}^H.
 *
 * - Binary v:   E = −b·v − c·h − vᵀWh
 * - Gaussian v: E = Σ (vᵢ − bᵢ)² / 2σ² − c·h − vᵀWh / σ
 *
 * @source Smolensky 1986, chapter 6 of Parallel Distributed Processing; Hinton 2010, UTML TR
 *         2010–003, section 13.2
 */
export interface Machine {
  /** W: [V, H] */
  readonly weight: Tensor;
  /** b: [V], or [N, V] of each image's class */
  readonly visibleBias: Tensor;
  /** c: [H], or [N, H] of each image's class */
  readonly hiddenBias: Tensor;
  /** [V] visible biases of the machine without hidden units from which annealing starts. */
  readonly base: Tensor;
  /** σ of Gaussian visible units; undefined if they are binary. */
  readonly std: number | undefined;
}

/** The top-level scope of the machine's variables, which training updates. */
export const SCOPE = "rbm";

/** Full name of {@link Machine.base} in the state. */
export const BASE_NAME = `buffers.${SCOPE}.base`;
export const WEIGHT_NAME = `parameters.${SCOPE}.weight`;

/** {@link Machine.base} */
export const baseOf = (scope: Scope, image: ImageShape): Tensor =>
  baseIn(scope.child(SCOPE), image);

/** What the machine of some images depends on besides the variables. */
export interface MachineInputs {
  /** {@link Machine.base}, where the buffer does not hold it yet. */
  readonly base?: Tensor;
  /** The images' classes, 1 at their own and 0 elsewhere: [N, K]; absent without classes. */
  readonly classes?: Tensor | undefined;
}

/**
 * The machine whose variables a scope holds. Given classes, it is p(v, h | y): each class adds to the
 * biases of both sides, and all classes share the weights.
 *
 * Visible biases are learned as differences from `base`, so training starts from the best machine
 * without hidden units. A centred machine learns W in E = … − (v − μ)ᵀW(h − ½), where μ is the mean that
 * `base` gives. It is equivalent to a plain machine with other biases, but better conditioned.
 *
 * @source Montavon & Müller 2012, Neural Networks: Tricks of the Trade, chapter 25 (centring)
 */
export function machineOf(
  scope: Scope,
  config: RbmConfig,
  image: ImageShape,
  { base = baseOf(scope, image), classes }: MachineInputs = {},
): Machine {
  const own = scope.child(SCOPE);
  const visible = pixelsPerImage(image);
  const weight = own.parameter("weight", [visible, config.hidden], normalValues(WEIGHT_STD));
  const shift = own.parameter("visibleShift", [visible], zeros);
  const hiddenShift = own.parameter("hiddenBias", [config.hidden], zeros);
  const ofClass = (name: string, bias: Tensor): Tensor => {
    if (classes === undefined) return bias;
    const shape = [Number(classes.shape[1]), Number(bias.shape[0])];
    return add(bias, matmul(classes, own.parameter(name, shape, zeros)));
  };
  const std = config.visible === "gaussian" ? config.std : undefined;
  const visibleBias = ofClass("visibleOfClass", add(base, shift));
  const hiddenBias = ofClass("hiddenOfClass", hiddenShift);
  const plain = { weight, visibleBias, hiddenBias, base, std };
  if (!config.centred) return plain;
  const centre = std === undefined ? sigmoid(base) : div(base, std);
  const pull = mul(sum(weight, 1), HIDDEN_CENTRE * (std ?? 1));
  return {
    ...plain,
    visibleBias: sub(plain.visibleBias, pull),
    hiddenBias: sub(hiddenBias, product(centre, weight)),
  };
}

/**
 * Visible biases of a machine without hidden units whose pixels have the means of these images.
 *
 * @param pixels  [B, V] in [0, 1]
 * @returns       [V]
 */
export function biasesOfMeans(pixels: Tensor, { visible }: RbmConfig): Tensor {
  return visible === "gaussian" ? mean(pixels, 0) : logitsOfMeans(pixels);
}

/** log p(hⱼ = 1|v) − log p(hⱼ = 0|v): [N, V] → [N, H] */
export function hiddenLogits({ weight, hiddenBias, std }: Machine, v: Tensor): Tensor {
  return add(matmul(std === undefined ? v : div(v, std), weight), hiddenBias);
}

/** The hidden units' contribution to the visible biases: [N, H] → [N, V] */
export function hiddenPull({ weight, std }: Machine, h: Tensor): Tensor {
  const pull = matmul(h, weight, { transposeB: true });
  return std === undefined ? pull : mul(pull, std);
}

/**
 * The energy of visible units in a machine without hidden units.
 *
 * @param bias  [V] or [N, V]
 * @param v     [N, V]
 * @returns     [N]
 */
export function visibleEnergy(bias: Tensor, v: Tensor, std: number | undefined): Tensor {
  if (std !== undefined) return mul(sum(square(sub(v, bias)), -1), 1 / (2 * std * std));
  return neg(dot(v, bias));
}

/** Σᵢ sᵢ bᵢ: [N, D] with [D] or [N, D] → [N] */
export const dot = (s: Tensor, bias: Tensor): Tensor =>
  bias.shape.length === 1 ? squeeze(matmul(s, expandDims(bias, 1)), 1) : sum(mul(s, bias), -1);

/**
 * F(v) = −log Σₕ e^−E(v, h), so that −log p(v) = F(v) + log Z.
 *
 * F is concave in v. At grey values of binary units, F + log Z is therefore an upper bound on the mean of
 * −log p over all binarisations.
 *
 * @param v  [N, V]
 * @returns  [N] nats
 */
export function freeEnergy(machine: Machine, v: Tensor): Tensor {
  const hidden = sum(softplus(hiddenLogits(machine, v)), -1);
  return sub(visibleEnergy(machine.visibleBias, v, machine.std), hidden);
}
