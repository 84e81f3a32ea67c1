import type { Batch, DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { add, neg } from "../../../tensor/ops/elementwise.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { classesFor } from "../../conditional.js";
import { explanationOf } from "../../explanation.js";
import { requireLeading } from "../../ordering.js";
import { formatCount } from "../../typography.js";
import { type NadeConfig, nadeConfig } from "./config.js";
import { headOf, type NadeHead } from "./head.js";
import { conditionals, nadeParameters } from "./network.js";
import { sampleOrComplete } from "./sampler.js";
import { type ImageVariables, variablesFor } from "./variables.js";

/** Neural autoregressive distribution estimator, for binary and for real-valued pixels. */
export const nade = defineModel({
  id: "nade",
  family: "autoregressive",
  title: "Neural autoregressive distribution estimator",
  source: {
    title: "Neural Autoregressive Distribution Estimation",
    authors: "Uria, Côté, Gregor, Murray & Larochelle",
    year: 2016,
    reference: "arXiv:1605.02226",
  },
  density: "exact",
  greyDensity: "bound",
  config: nadeConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 100 },
  build,
});

function build(config: NadeConfig, data: DataTraits): Model {
  const head = headOf(config, data);
  const variables = variablesFor(config, data, head.kind);
  const classes = classesFor("nade", config, data);
  const nll = (scope: Scope, { pixelsUnit, annotations }: Batch): Tensor => {
    const own = scope.child("nade");
    const ofClass = { classes, annotations };
    const parameters = nadeParameters(own, variables.count, config, head, ofClass);
    const blocks = conditionals(variables.read(scope, pixelsUnit), parameters, config);
    // Sum block by block, so that no gradient has to wait for the outputs of all blocks.
    const each = blocks.map(({ x, outputs }) => sum(head.distribution(outputs).logProb(x), 0));
    return add(neg(each.reduce((total, part) => add(total, part))), variables.offsetNats);
  };
  const sampler = { config, image: data, head, variables, classes };
  return {
    ...(config.conditional && { conditionedOn: ["class"] }),
    explain: () => explain(config, variables, head, classes),
    steps: [
      {
        name: "nll",
        trains: ["nade"],
        objective: (scope, batch) => ({ loss: nll(scope, batch), metrics: {} }),
      },
    ],
    capabilities: {
      sample: { drive: (host, request) => sampleOrComplete(sampler, host, request) },
      complete: {
        drive: (host, request) => sampleOrComplete(sampler, host, request),
        check: (known) => requireLeading(variables.ordering, known, data),
      },
      score: {
        maxSamples: 1,
        kind: () => variables.kind,
        estimator: () => `chain rule in ${config.ordering} order; ${variables.describes}`,
        trace: (scope, batch) => nll(scope, batch),
      },
    },
  };
}

function explain(
  { hidden, ordering }: NadeConfig,
  { count, describes }: ImageVariables,
  head: NadeHead,
  classes: number,
): string {
  const biases = count * head.count;
  const ofClasses = classes * hidden;
  const y = classes > 0 ? ", y" : "";
  const weights = count * (1 + head.count) * hidden;
  return explanationOf({
    Factorisation: [
      `p(x${classes > 0 ? " | y" : ""}) = ∏ᵢ p(xᵢ | x₁, …, xᵢ₋₁${y}) over ${count} values, in ${ordering} order`,
      ...(classes > 0 ? [`y is the class of the image, one of ${classes}`] : []),
    ],
    "Conditional independence": [
      "none: a value may depend on all values before it,",
      `through one hidden layer of ${hidden} units with shared weights`,
    ],
    Pixel: [describes],
    Parameters: [
      `${formatCount(BigInt(hidden + biases + weights + ofClasses))}: weights ${formatCount(BigInt(weights))} + biases ${formatCount(BigInt(hidden + biases + ofClasses))}`,
    ],
  });
}
