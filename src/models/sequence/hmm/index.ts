import type { Batch, DataTraits } from "../../../core/batch.js";
import type { Host, HostBatch } from "../../../core/driven.js";
import { defineModel, type Model } from "../../../core/model.js";
import { batchInputs } from "../../../core/state.js";
import type { Scope } from "../../../nn/scope.js";
import { clip, neg } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { numberAmongAll, ownStates } from "./classes.js";
import { completionOf } from "./complete.js";
import { type HmmConfig, hmmConfig } from "./config.js";
import { posteriorsOf } from "./decode.js";
import { drawPath } from "./draws.js";
import { explain } from "./explain.js";
import { fitOf } from "./fit.js";
import {
  filter,
  requireTransitions,
  requireWholeObservations,
  type Spec,
  scoreOf,
  specOf,
} from "./spec.js";

export { posteriors, type StatePaths, type StatePosteriors, viterbi } from "./decode.js";

/** Hidden Markov model of the rows, columns or pixels of an image, fitted by Baum–Welch. */
export const hmm = defineModel({
  id: "hmm",
  family: "sequence",
  title: "Hidden Markov model",
  source: {
    title: "A Tutorial on Hidden Markov Models and Selected Applications in Speech Recognition",
    authors: "Rabiner",
    year: 1989,
    reference: "doi:10.1109/5.18626",
  },
  density: "exact",
  config: hmmConfig,
  training: { by: "passes", batchSize: 500, epochs: 50 },
  build,
});

function build(config: HmmConfig, data: DataTraits): Model {
  const spec = specOf(config, data);
  const { sequence, emission } = spec;
  const over = config.conditional
    ? "forward algorithm given the class, over"
    : "forward algorithm over";
  return {
    steps: [],
    ...(config.conditional && { conditionedOn: ["class"] }),
    fit: fitOf(spec),
    explain: () => explain(spec),
    checkWeights: (values) => requireTransitions(spec, values),
    capabilities: {
      sample(scope, count, { draw, temperature, annotations }) {
        const own = ownStates(annotations, spec.chain.classes);
        const drawn = drawPath(spec, scope, count, own, temperature);
        const path = numberAmongAll(drawn, own, config.states);
        const observations = draw
          ? emission.draw(scope, path, temperature)
          : gather(emission.means(scope), path);
        return clip(sequence.write(observations), 0, 1);
      },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `${over} all paths of states; ${emission.describes}`,
        trace: (scope, batch) => nllNats(spec, scope, batch),
        missing: (host, batch) => nllOfKnown(spec, host, batch),
      },
      complete: completionOf(spec),
      encode: (scope, pixelsUnit, annotations) =>
        flatten(posteriorsOf(spec, scope, { pixelsUnit, annotations })),
    },
  };
}

/** −log p of images (given their class, where there are classes) with missing pixels (NaN) summed or integrated out: [B] nats. */
function nllNats(spec: Spec, scope: Scope, batch: Batch): Tensor {
  const { observations, logLikelihood } = filter(spec, scope, batch);
  return neg(scoreOf(spec, observations, logLikelihood));
}

async function nllOfKnown(
  spec: Spec,
  host: Host,
  { pixelsUnit, annotations, count }: HostBatch,
): Promise<Float64Array> {
  requireWholeObservations(spec, pixelsUnit);
  const program = await host.program("score.missing", (scope) => ({
    nllNats: nllNats(spec, scope, batchInputs(spec.data)),
  }));
  const outputs = await program.run({
    state: host.state,
    feeds: { pixelsUnit, ...annotations },
    dims: { B: count },
  });
  return Float64Array.from(outputs.nllNats as Float32Array);
}
