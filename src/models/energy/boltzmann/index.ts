import type { DataTraits, ImageShape } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { Host } from "../../../core/driven.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { toNumbers } from "../../../tensor/dtype.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { filterImages } from "../../filters.js";
import { DEFAULT_CHAINS, logZInput, MAX_CHAINS, prepareLogZ } from "../log-z.js";
import { chainFrames, completeImages, sampleMachine } from "../sampling.js";
import { type BoltzmannConfig, boltzmannConfig, MOST_UNITS } from "./config.js";
import { acrossLayers, betweenPixels, matrixOf } from "./connections.js";
import { explain } from "./explain.js";
import { freeEnergy, hiddenMeans, posteriorOf } from "./free-energy.js";
import { gibbsMachine } from "./gibbs.js";
import { learningOf, objective } from "./learning.js";
import { machineOf, SCOPE, VISIBLE_LATERAL_NAME, WEIGHT_NAME } from "./machine.js";
import { describeScore, logZMethod, scoreKind } from "./score.js";

/** General Boltzmann machine of binary units, with connections within layers and between them. */
export const boltzmann = defineModel({
  id: "boltzmann",
  family: "energy",
  title: "Boltzmann machine",
  source: {
    title: "A Learning Algorithm for Boltzmann Machines",
    authors: "Ackley, Hinton, Sejnowski",
    year: 1985,
    reference: "doi:10.1207/s15516709cog0901_7",
  },
  density: "estimate",
  config: boltzmannConfig,
  training: { by: "gradients", optimizer: "sgd", learningRate: 0.05, batchSize: 128 },
  build,
});

function build(config: BoltzmannConfig, data: DataTraits): Model {
  if (pixelsPerImage(data) > MOST_UNITS) {
    throw new ConfigError(
      `boltzmann: it connects up to ${MOST_UNITS} pixels, and an image has ${pixelsPerImage(data)}; make images smaller with --size, or take rbm`,
    );
  }
  if (config.hidden === 0 && betweenPixels(config, data) === undefined) {
    throw new ConfigError(
      "boltzmann: no unit is connected to another; set hidden ≥ 1 or visibleVisible=full",
    );
  }
  const name = learningOf(config, data);
  const gibbs = gibbsMachine(config, data);
  const posterior = posteriorOf(config, data);
  return {
    steps: [
      {
        name,
        trains: [SCOPE],
        objective: (scope, batch, clock) => objective(scope, batch, clock, config, data),
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
        trace(scope, { pixelsUnit, annotations }) {
          const machine = machineOf(scope, config, data);
          return add(
            freeEnergy(machine, flatten(pixelsUnit), posterior),
            logZInput(annotations, 0),
          );
        },
      },
      chain: { drive: (host, request) => chainFrames(host, gibbs, request) },
      filters: (host) => filtersOf(host, config, data),
      ...(config.hidden > 0 && {
        encode: (scope: Scope, pixelsUnit: Tensor) =>
          hiddenMeans(machineOf(scope, config, data), flatten(pixelsUnit), posterior),
      }),
    },
  };
}

/** Each hidden unit's weights to the pixels; in a machine of pixels alone, each pixel's to the others. */
async function filtersOf(
  host: Host,
  config: BoltzmannConfig,
  image: ImageShape,
): Promise<Float32Array> {
  const values = await host.values();
  const weights = (name: string) => toNumbers(values.get(name) ?? new Float32Array());
  const across = acrossLayers(config, image);
  if (across !== undefined) {
    return filterImages(matrixOf(weights(WEIGHT_NAME), across), config.hidden);
  }
  const pixels = pixelsPerImage(image);
  const pairs = betweenPixels(config, image);
  if (pairs === undefined) return new Float32Array();
  const upper = matrixOf(weights(VISIBLE_LATERAL_NAME), pairs);
  const lateral = upper.map((weight, at) => {
    const [i, j] = [Math.floor(at / pixels), at % pixels];
    return weight + upper[j * pixels + i];
  });
  return filterImages(lateral, pixels);
}
