import type { DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { toNumbers } from "../../../tensor/dtype.js";
import { add, clip, sigmoid } from "../../../tensor/ops/elementwise.js";
import { flatten, reshape } from "../../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import { filterImages } from "../../filters.js";
import { DEFAULT_CHAINS, MAX_CHAINS, prepareLogZ } from "../log-z.js";
import { chainFrames, completeImages, sampleMachine } from "../sampling.js";
import { type RbmConfig, rbmConfig } from "./config.js";
import { contrastiveDivergence } from "./contrastive.js";
import { explain } from "./explain.js";
import { drawVisible, gibbsMachine } from "./gibbs.js";
import { freeEnergy, hiddenLogits, machineOf, SCOPE, WEIGHT_NAME } from "./machine.js";
import { describeScore, logZMethod, scoreKind } from "./score.js";

/** Restricted Boltzmann machine with binary hidden units. */
export const rbm = defineModel({
  id: "rbm",
  family: "energy",
  title: "Restricted Boltzmann machine",
  source: {
    title: "Training Products of Experts by Minimizing Contrastive Divergence",
    authors: "Hinton",
    year: 2002,
    reference: "doi:10.1162/089976602760128018",
  },
  density: "estimate",
  config: rbmConfig,
  training: { by: "gradients", optimizer: "sgd", learningRate: 0.01, batchSize: 128 },
  build,
});

function build(config: RbmConfig, data: DataTraits): Model {
  const { channels, height, width } = data;
  const gibbs = gibbsMachine(config, data);
  const machine = (scope: Scope) => machineOf(scope, config, data);
  const toImages = (v: Tensor) => reshape(clip(v, 0, 1), [v.shape[0], channels, height, width]);
  const features = (scope: Scope, pixelsUnit: Tensor) =>
    sigmoid(hiddenLogits(machine(scope), flatten(pixelsUnit)));
  return {
    steps: [
      {
        name: config.negative,
        trains: [SCOPE],
        objective: (scope, batch, clock) =>
          contrastiveDivergence(scope, batch, clock, config, data),
      },
    ],
    explain: () => explain(config, data),
    capabilities: {
      sample: { drive: (host, request) => sampleMachine(host, gibbs, request) },
      complete: { drive: (host, request) => completeImages(host, gibbs, request) },
      score: {
        maxSamples: MAX_CHAINS,
        defaultSamples: DEFAULT_CHAINS,
        kind: () => scoreKind(config, data),
        estimator: () => describeScore(config, data),
        prepare: (host, options) => prepareLogZ(host, logZMethod(config, data), options),
        trace: (scope, { pixelsUnit }) =>
          add(freeEnergy(machine(scope), flatten(pixelsUnit)), input("logZ", [])),
      },
      chain: { drive: (host, request) => chainFrames(host, gibbs, request) },
      async filters(host) {
        const weight = (await host.values()).get(WEIGHT_NAME) ?? new Float32Array();
        return filterImages(toNumbers(weight), config.hidden);
      },
      encode: features,
      reconstruct(scope, pixelsUnit, { draw }) {
        const { mean, drawn } = drawVisible(
          scope,
          "visible",
          machine(scope),
          features(scope, pixelsUnit),
        );
        return toImages(draw ? drawn : mean);
      },
    },
  };
}
