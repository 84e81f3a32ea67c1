import { DataError } from "../../../core/errors.js";
import type { Fit, FitBatch, FitStage, FitSums, Maximised } from "../../../core/fit.js";
import { tracedSums } from "../../../core/traced-sums.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import { cast, exp, mul } from "../../../tensor/ops/elementwise.js";
import { expandDims, sliceAxis } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { chainLogPrior, chainOf, maximiseChain } from "./chain.js";
import { ownStates, pick, spread } from "./classes.js";
import { emissionSums, transitionSums, withinClasses } from "./counts.js";
import { forward, smooth } from "./forward-backward.js";
import { freeParametersOf } from "./free-parameters.js";
import { initialise } from "./initialise.js";
import { minus } from "./logarithms.js";
import { observe } from "./sequence.js";
import { fitKindOf, logEmissionsOf, requireWholeObservations, type Spec, scoreOf } from "./spec.js";

/** Baum–Welch: expectation–maximisation of a hidden Markov model. */
export function fitOf(spec: Spec): Fit {
  const { restarts } = spec.config;
  return {
    restarts,
    freeParameters: Number(freeParametersOf(spec).all),
    initialise: (images, context) => initialise(spec, images, context),
    stages: [stageOf(spec)],
  };
}

function stageOf(spec: Spec): FitStage {
  const stage = {
    name: "Baum–Welch",
    statistics: (scope: Scope, batch: FitBatch) => expectations(spec, scope, batch),
  };
  return {
    ...stage,
    maxPasses: Number.POSITIVE_INFINITY,
    tolerance: spec.config.tolerance,
    maximise: (sums, current) => maximise(spec, sums, current),
    missing(batch, _, host) {
      requireWholeObservations(spec, batch.pixelsUnit);
      return tracedSums(host, stage, spec.data, batch);
    },
  };
}

/**
 * The expectation step: log-likelihood and expected counts, summed over a batch.
 *
 * @source Rabiner 1989, equations 27, 37 and 40; Baum, Petrie, Soules & Weiss 1970
 */
function expectations(
  spec: Spec,
  scope: Scope,
  { pixelsUnit, annotations, weights }: FitBatch,
): Readonly<Record<string, Tensor>> {
  const { sequence, emission } = spec;
  const own = ownStates(annotations, spec.chain.classes);
  const chain = chainOf(scope, spec.chain, own);
  const observations = observe(sequence, pixelsUnit);
  const features = emission.featuresOf(observations);
  const logEmissions = pick(logEmissionsOf(features, emission.weights(scope)), own);
  const filtered = forward(chain, logEmissions, fitKindOf(spec.chain));
  const logSmoothed = smooth(filtered);
  const each = expandDims(expandDims(weights, 1), 2);
  const smoothed = mul(exp(logSmoothed), each);
  const ratios = mul(exp(minus(logSmoothed, filtered.logPredicted)), each);
  const logLikelihood = scoreOf(spec, observations, filtered.logLikelihood);
  return {
    images: sum(cast(weights, "float64"), 0),
    logLikelihood: sum(cast(mul(logLikelihood, weights), "float64"), 0),
    initial: sum(spread(sliceAxis(smoothed, 1, { end: 1 }), own), [0, 1]),
    transitions: mul(
      exp(chain.everyTransition),
      withinClasses(
        transitionSums(spread(exp(filtered.logFiltered), own), spread(ratios, own)),
        spec.chain,
      ),
    ),
    emission: emissionSums(spread(smoothed, own), features),
  };
}

/** The maximisation step. With pseudo-counts, the loss includes the prior. */
function maximise(spec: Spec, sums: FitSums, current: StateValues): Maximised {
  const { emission, config } = spec;
  const of = (name: string) => sums.get(name) as Float64Array;
  const [images] = of("images");
  if (!(images > 0)) throw new DataError("all images have weight 0, so there is nothing to learn");
  const logPrior =
    chainLogPrior(current, spec.chain, config.smoothing) + emission.logPrior(current);
  const nllNats = -of("logLikelihood")[0] / images;
  return {
    values: new Map([
      ...maximiseChain(of("initial"), of("transitions"), current, spec.chain, config.smoothing),
      ...emission.maximise(of("emission"), current),
    ]),
    metrics: { loss: nllNats - logPrior / images, nllNats },
  };
}
