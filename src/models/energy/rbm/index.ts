import type { AnnotationTensors } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { toNumbers } from "../../../tensor/dtype.js";
import { add, clip, sigmoid } from "../../../tensor/ops/elementwise.js";
import { flatten, reshape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { filterImages } from "../../filters.js";
import { DEFAULT_CHAINS, logZInput, MAX_CHAINS, prepareLogZ } from "../log-z.js";
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
  const classes = classesFor(SCOPE, config, data);
  const gibbs = gibbsMachine(config, data, classes);
  const machine = (scope: Scope, annotations: AnnotationTensors) =>
    machineOf(scope, config, data, { classes: oneHotClasses(annotations, classes) });
  const toImages = (v: Tensor) => reshape(clip(v, 0, 1), [v.shape[0], channels, height, width]);
  const features = (scope: Scope, pixelsUnit: Tensor, annotations: AnnotationTensors) =>
    sigmoid(hiddenLogits(machine(scope, annotations), flatten(pixelsUnit)));
  if (config.conditional && config.negative === "pcd" && config.chains < classes) {
    throw new ConfigError(
      `rbm: each of ${classes} classes needs a persistent chain, but chains=${config.chains}`,
    );
  }
  return {
    ...(config.conditional && { conditionedOn: ["class"] }),
    steps: [
      {
        name: config.negative,
        trains: [SCOPE],
        objective: (scope, batch, clock) =>
          contrastiveDivergence(scope, batch, clock, config, { ...data, classes }),
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
        trace: (scope, { pixelsUnit, annotations }) =>
          add(
            freeEnergy(machine(scope, annotations), flatten(pixelsUnit)),
            logZInput(annotations, classes),
          ),
      },
      chain: { drive: (host, request) => chainFrames(host, gibbs, request) },
      async filters(host) {
        const weight = (await host.values()).get(WEIGHT_NAME) ?? new Float32Array();
        return filterImages(toNumbers(weight), config.hidden);
      },
      encode: features,
      reconstruct(scope, pixelsUnit, { draw, annotations }) {
        const { mean, drawn } = drawVisible(
          scope,
          "visible",
          machine(scope, annotations),
          features(scope, pixelsUnit, annotations),
        );
        return toImages(draw ? drawn : mean);
      },
    },
  };
}
