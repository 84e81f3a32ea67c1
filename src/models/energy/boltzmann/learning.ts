import type { Batch, ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { Clock, Objective } from "../../../core/steps.js";
import { zeros } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import {
  add,
  cast,
  floor,
  less,
  minimum,
  mul,
  softplus,
  square,
  stopGradient,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { mean, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { logitsOfMeans } from "../base.js";
import { MOST_UNITS } from "../enumeration.js";
import type { BoltzmannConfig } from "./config.js";
import { evidence, freeEnergy, type Posterior, posteriorOf } from "./free-energy.js";
import { gibbsStep, orderOf } from "./gibbs.js";
import { baseOf, energy, type Machine, machineOf, SCOPE, stateOf, unitsOf } from "./machine.js";
import { logPartition } from "./partition.js";

/** What training minimises. */
type Learning = Exclude<BoltzmannConfig["learning"], "auto">;

/**
 * The objective: exact where the states of all units can be enumerated, else pseudo-likelihood for
 * pixels alone, else stochastic maximum likelihood.
 *
 * @throws ConfigError when the chosen one does not suit the machine
 */
export function learningOf({ learning, hidden }: BoltzmannConfig, image: ImageShape): Learning {
  const units = hidden + pixelsPerImage(image);
  if (learning === "exact" && units > MOST_UNITS) {
    throw new ConfigError(
      `boltzmann: learning=exact enumerates the states of at most ${MOST_UNITS} units; pixels and hidden units are ${units} here`,
    );
  }
  if (learning === "pseudo" && hidden > 0) {
    throw new ConfigError(
      "boltzmann: learning=pseudo is for machines of pixels alone; set hidden=0 or learning=sml",
    );
  }
  if (learning !== "auto") return learning;
  if (units <= MOST_UNITS) return "exact";
  return hidden === 0 ? "pseudo" : "sml";
}

/** The loss of a batch, which also sets the base from the means of the first one. */
export function objective(
  scope: Scope,
  { pixelsUnit }: Batch,
  { step }: Clock,
  config: BoltzmannConfig,
  image: ImageShape,
): Objective {
  const v = flatten(pixelsUnit);
  const kept = baseOf(scope, image);
  const base = where(less(step, 0.5), logitsOfMeans(v), kept);
  scope.update(kept, base);
  const machine = machineOf(scope, config, image, base);
  const learn = { exact: likelihood, sml: stochasticLikelihood, pseudo: pseudoLikelihood };
  const { loss, metrics } = learn[learningOf(config, image)](scope, machine, v, config, image);
  const penalty = mul(squaredWeights(machine), config.weightDecay / 2);
  return { loss: config.weightDecay > 0 ? add(loss, penalty) : loss, metrics };
}

/** Σ w² over all connections. */
function squaredWeights({ lateral, hidden }: Machine): Tensor {
  const total = (weights: Tensor) => sum(square(weights));
  const once = hidden === undefined ? [] : [total(hidden.weight)];
  const twice = [lateral, hidden?.lateral].filter((weights) => weights !== undefined);
  return [...once, ...twice.map((weights) => mul(total(weights), 0.5))].reduce(add);
}

type Learn = (
  scope: Scope,
  machine: Machine,
  v: Tensor,
  config: BoltzmannConfig,
  image: ImageShape,
) => Objective;

/** −log p(v) = F(v) + log Z, by enumeration. */
const likelihood: Learn = (_scope, machine, v, config, image) => {
  const nllNats = add(freeEnergy(machine, v, posteriorOf(config, image)), logPartition(machine));
  return { loss: nllNats, metrics: { nllNats } };
};

/**
 * F(v) − mean E(v⁻, h⁻) over persistent chains, which are held fixed. Its gradient is ⟨∂E/∂θ⟩ under
 * p(h|v), by mean field where that is needed, minus ⟨∂E/∂θ⟩ over the chains. Hidden units of the chains
 * are summed out where they are independent, which spreads less.
 *
 * Chains begin with all units 0, so their first step draws from the base.
 *
 * @source Salakhutdinov & Hinton 2009, AISTATS, section 2 (stochastic approximation and mean field)
 */
const stochasticLikelihood: Learn = (scope, machine, v, config, image) => {
  const posterior = posteriorOf(config, image);
  const units = pixelsPerImage(image) + config.hidden;
  const chains = scope.child(SCOPE).memory("chains", [config.chains, units], zeros);
  const order = orderOf(config, image);
  let state = unitsOf(machine, chains);
  for (let turn = 1; turn <= config.k; turn++) {
    state = gibbsStep(scope, turn, machine, order, state);
  }
  scope.update(chains, stateOf(state));
  const particles = unitsOf(machine, stopGradient(stateOf(state)));
  const negative =
    posterior.kind === "independent"
      ? freeEnergy(machine, particles.v, posterior)
      : energy(machine, particles);
  return {
    loss: sub(freeEnergy(machine, v, posterior), mean(negative)),
    metrics: { pseudoNllNats: atOnePixel(scope, machine, v, posterior) },
  };
};

/**
 * V · −log p(vᵢ | all other pixels) of one pixel, drawn at random for each image: an unbiased estimate of
 * the sum over pixels. Grey pixels are probabilities.
 *
 * @source Besag 1975, The Statistician 24 (pseudo-likelihood)
 */
function atOnePixel(scope: Scope, machine: Machine, v: Tensor, posterior: Posterior): Tensor {
  const visible = Number(v.shape[1]);
  const place = floor(mul(scope.noise("pixel", [v.shape[0]], "uniform"), visible));
  const chosen = oneHot(cast(minimum(place, visible - 1), "int32"), visible);
  const value = sum(mul(v, chosen), 1);
  const logit = evidence(machine, v, chosen, posterior);
  return mul(sub(softplus(logit), mul(value, logit)), visible);
}

/**
 * −Σᵢ log p(vᵢ | all other pixels), for a machine of pixels alone.
 *
 * @source Besag 1975, The Statistician 24; Hyvärinen 2006, Neural Computation 18 (consistency for
 *         Boltzmann machines)
 */
const pseudoLikelihood: Learn = (_scope, { visibleBias, lateral }, v) => {
  const field = lateral === undefined ? visibleBias : add(matmul(v, lateral), visibleBias);
  const pseudoNllNats = sum(sub(softplus(field), mul(v, field)), -1);
  return { loss: pseudoNllNats, metrics: { pseudoNllNats } };
};
