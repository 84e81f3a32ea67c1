import type { ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { type Initialiser, normalValues, zeros } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, mul, neg, sigmoid, sub } from "../../../tensor/ops/elementwise.js";
import { scatterAdd } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { concat, reshape, sliceAxis, transpose } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { baseIn, HIDDEN_CENTRE, product, WEIGHT_STD } from "../base.js";
import type { BoltzmannConfig } from "./config.js";
import { acrossLayers, betweenHidden, betweenPixels, type Connections } from "./connections.js";

/**
 * A Boltzmann machine of units s = (v, h), each 0 or 1:
 * p(v, h) ∝ e^−E(v, h), E = −b·v − c·h − ½vᵀLv − vᵀWh − ½hᵀJh with L and J symmetric and 0 on their
 * diagonals. Without L and J it is a restricted Boltzmann machine.
 *
 * @source Ackley, Hinton & Sejnowski 1985, Cognitive Science 9, equations 1 and 2
 */
export interface Machine {
  /** b: [V] */
  readonly visibleBias: Tensor;
  /** [V] biases of the machine of independent pixels from which annealing starts. */
  readonly base: Tensor;
  /** L: [V, V]; undefined where pixels are not connected to each other. */
  readonly lateral: Tensor | undefined;
  /** Undefined for a machine of pixels alone. */
  readonly hidden: HiddenLayer | undefined;
}

export interface HiddenLayer {
  /** c: [H] */
  readonly bias: Tensor;
  /** W: [V, H] */
  readonly weight: Tensor;
  /** J: [H, H]; undefined where hidden units are not connected to each other. */
  readonly lateral: Tensor | undefined;
}

/** The top-level scope of the machine's variables, which training updates. */
export const SCOPE = "boltzmann";

/** Full name of {@link Machine.base} in the state. */
export const BASE_NAME = `buffers.${SCOPE}.base`;
export const WEIGHT_NAME = `parameters.${SCOPE}.weight`;
export const VISIBLE_LATERAL_NAME = `parameters.${SCOPE}.visibleLateral`;

/** {@link Machine.base} */
export const baseOf = (scope: Scope, image: ImageShape): Tensor =>
  baseIn(scope.child(SCOPE), image);

/**
 * The machine whose variables a scope holds. Only weights of connections are stored.
 *
 * Visible biases are learned as differences from `base`, so training starts from the best machine of
 * independent pixels. A centred machine learns the weights in E = … − ½(v − μ)ᵀL(v − μ) − (v − μ)ᵀW(h − ½)
 * − ½(h − ½)ᵀJ(h − ½), where μ is the mean that `base` gives. It is equivalent to a plain machine with
 * other biases, but better conditioned.
 *
 * @source Montavon & Müller 2012, Neural Networks: Tricks of the Trade, chapter 25 (centring)
 */
export function machineOf(
  scope: Scope,
  config: BoltzmannConfig,
  image: ImageShape,
  base: Tensor = baseOf(scope, image),
): Machine {
  const own = scope.child(SCOPE);
  const stored = (name: string, connections: Connections | undefined, initialise: Initialiser) =>
    connections && own.parameter(name, [connections.at.length], initialise);
  const shift = own.parameter("visibleShift", [pixelsPerImage(image)], zeros);
  const pairs = betweenPixels(config, image);
  const weights = stored("visibleLateral", pairs, zeros);
  const plain: Machine = {
    visibleBias: add(base, shift),
    base,
    lateral: pairs && weights && symmetric(weights, pairs),
    hidden: hiddenLayer(own, config, image),
  };
  return config.centred ? uncentred(plain) : plain;
}

function hiddenLayer(
  own: Scope,
  config: BoltzmannConfig,
  image: ImageShape,
): HiddenLayer | undefined {
  const across = acrossLayers(config, image);
  if (across === undefined) return undefined;
  const pairs = betweenHidden(config, image);
  const weights = own.parameter("weight", [across.at.length], normalValues(WEIGHT_STD));
  return {
    weight: matrix(weights, across),
    bias: own.parameter("hiddenBias", [config.hidden], zeros),
    lateral: pairs && symmetric(own.parameter("hiddenLateral", [pairs.at.length], zeros), pairs),
  };
}

/** The matrix with these weights at the connections, and 0 elsewhere. */
function matrix(weights: Tensor, { rows, columns, at }: Connections): Tensor {
  const size = rows * columns;
  const all = at.length === size;
  const flat = all ? weights : scatterAdd(weights, constant(at, [at.length], "int32"), 0, size);
  return reshape(flat, [rows, columns]);
}

/** The symmetric matrix with these weights above its diagonal. */
function symmetric(weights: Tensor, connections: Connections): Tensor {
  const upper = matrix(weights, connections);
  return add(upper, transpose(upper));
}

/** The plain machine that is equal to a centred one. */
function uncentred({ visibleBias, base, lateral, hidden }: Machine): Machine {
  const centre = sigmoid(base);
  const pulls = [
    ...(lateral === undefined ? [] : [product(centre, lateral)]),
    ...(hidden === undefined ? [] : [mul(sum(hidden.weight, 1), HIDDEN_CENTRE)]),
  ];
  return {
    visibleBias: pulls.reduce(sub, visibleBias),
    base,
    lateral,
    hidden: hidden && {
      ...hidden,
      bias: [
        product(centre, hidden.weight),
        ...(hidden.lateral === undefined ? [] : [mul(sum(hidden.lateral, 1), HIDDEN_CENTRE)]),
      ].reduce(sub, hidden.bias),
    },
  };
}

/** log p(hⱼ = 1|v) − log p(hⱼ = 0|v) where all other hidden units are 0: [N, V] → [N, H] */
export const hiddenField = ({ weight, bias }: HiddenLayer, v: Tensor): Tensor =>
  add(matmul(v, weight), bias);

/** −E(v, 0), the negative energy of the pixels by themselves: [N, V] → [N] */
export const visibleScore = ({ lateral, visibleBias }: Machine, v: Tensor): Tensor =>
  layerScore(v, visibleBias, lateral);

/**
 * b·s + ½sᵀLs
 *
 * @param s     [N, K]
 * @param bias  [K], or [N, K] for biases of their own
 * @returns     [N]
 */
export function layerScore(s: Tensor, bias: Tensor, lateral: Tensor | undefined): Tensor {
  const field = lateral === undefined ? bias : add(mul(matmul(s, lateral), 0.5), bias);
  return sum(mul(s, field), -1);
}

/** The units of both layers: [N, V] and [N, H]; h is undefined in a machine of pixels alone. */
export interface Units {
  readonly v: Tensor;
  readonly h: Tensor | undefined;
}

/** Parts a state into its layers: [N, V + H] → [N, V] and [N, H] */
export function unitsOf({ visibleBias, hidden }: Machine, state: Tensor): Units {
  const pixels = Number(visibleBias.shape[0]);
  return {
    v: sliceAxis(state, 1, { start: 0, end: pixels }),
    h: hidden && sliceAxis(state, 1, { start: pixels, end: Number(state.shape[1]) }),
  };
}

export const stateOf = ({ v, h }: Units): Tensor => (h === undefined ? v : concat([v, h], 1));

/** E(v, h): [N] nats */
export function energy(machine: Machine, { v, h }: Units): Tensor {
  const { hidden } = machine;
  const own = visibleScore(machine, v);
  if (hidden === undefined || h === undefined) return neg(own);
  return neg(add(own, layerScore(h, hiddenField(hidden, v), hidden.lateral)));
}
