import { z } from "zod";
import { defineModel, type ModelDefinition, type Step } from "../../src/core/index.js";
import { bernoulli, bernoulliNll, type Scope, temperedLogits, zeros } from "../../src/nn/index.js";
import { add, broadcastTo, type Dim, mul, type Tensor } from "../../src/tensor/index.js";

const config = z.strictObject({
  share: z.number().positive().default(0.5).describe("share of the first phase"),
});

/**
 * Independent Bernoulli pixels that are learned in two phases: first one log-odds for each channel, then
 * one for each pixel besides, which is faded in over the second phase. One step of the same name trains in
 * both, with the same moments; a second one joins it.
 */
export const toyPhases: ModelDefinition = defineModel({
  id: "toy-phases",
  family: "tabular",
  title: "Toy of two phases",
  source: { title: "none", authors: "none", year: 2026, reference: "none" },
  density: "exact",
  config,
  training: { by: "gradients", optimizer: "adam", learningRate: 0.05, batchSize: 8 },
  build({ share }, data) {
    const logits = (scope: Scope, count: Dim, fade: Tensor | number) => {
      const { channels, height, width } = data;
      const coarse = scope.child("coarse").parameter("logits", [channels, 1, 1], zeros);
      const fine = scope.child("fine").parameter("logits", [channels, height, width], zeros);
      return broadcastTo(add(coarse, mul(fine, fade)), [count, channels, height, width]);
    };
    const learn = (name: string, trains: readonly string[], fades: boolean): Step => ({
      name,
      trains,
      objective(scope, { pixelsUnit }, { phaseProgress }) {
        const fade = fades ? phaseProgress : 0;
        const loss = bernoulliNll(pixelsUnit, logits(scope, pixelsUnit.shape[0], fade));
        return { loss, metrics: {} };
      },
    });
    return {
      steps: [],
      phases: [
        { name: "coarse", share, steps: [learn("coarse", ["coarse"], false)] },
        {
          name: "fine",
          share: 1 - share,
          steps: [
            learn("coarse", ["coarse", "fine"], true),
            {
              ...learn("fine", ["fine"], true),
              every: 2,
              optimizer: { optimizer: "sgd", rate: 2 },
            },
          ],
        },
      ],
      capabilities: {
        sample(scope, count, { temperature }) {
          const tempered = temperedLogits(logits(scope, count, 1), temperature);
          return bernoulli(tempered).sample(scope.noise("pixels", tempered.shape, "uniform"));
        },
        score: {
          maxSamples: 1,
          kind: () => "exact",
          estimator: () => "independent pixels",
          trace: (scope, { pixelsUnit }) =>
            bernoulliNll(pixelsUnit, logits(scope, pixelsUnit.shape[0], 1)),
        },
      },
    };
  },
});
