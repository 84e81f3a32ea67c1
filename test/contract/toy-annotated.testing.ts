import { z } from "zod";
import {
  type AnnotationTensors,
  annotationNames,
  requireAnnotation,
} from "../../src/core/annotations.js";
import {
  type Capabilities,
  ConfigError,
  type DataTraits,
  defineModel,
  type Host,
  type ModelDefinition,
} from "../../src/core/index.js";
import { batchInputs } from "../../src/core/state.js";
import { bernoulli, bernoulliNll, dense, type Scope, temperedLogits } from "../../src/nn/index.js";
import {
  cast,
  constant,
  div,
  input,
  maximum,
  mul,
  oneHot,
  reshape,
  sum,
  type Tensor,
} from "../../src/tensor/index.js";

const config = z.strictObject({
  reads: z.enum(annotationNames).default("class").describe("the annotation that decides an image"),
  driven: z.boolean().default(false).describe("whether a host drives sampling and scoring"),
});

const sampler = z.strictObject({
  sharpness: z.number().positive().default(1).describe("multiplies the log-odds of a pixel"),
});

type Settings = z.output<typeof config>;

/**
 * Independent Bernoulli pixels whose log-odds are linear in what is known of an image: its class, its
 * attributes or the words of its caption. The density given these is exact.
 */
export const toyAnnotated: ModelDefinition = defineModel({
  id: "toy-annotated",
  family: "tabular",
  title: "Toy conditional model",
  source: { title: "none", authors: "none", year: 2026, reference: "none" },
  density: "exact",
  config,
  training: { by: "gradients", optimizer: "adam", learningRate: 0.05, batchSize: 8 },
  example: {
    channels: 1,
    height: 3,
    width: 3,
    binary: true,
    levels: 2,
    annotations: { class: { names: ["a", "b"] } },
  },
  build(settings, data) {
    if (data.annotations[settings.reads] === undefined) {
      throw new ConfigError(`toy-annotated needs images with a ${settings.reads}`);
    }
    const nll = (scope: Scope, pixelsUnit: Tensor, annotations: AnnotationTensors) =>
      bernoulliNll(pixelsUnit, logitsOf(settings, data, scope, annotations));
    return {
      conditionedOn: [settings.reads],
      steps: [
        {
          name: "learn",
          trains: ["pixels"],
          objective: (scope, { pixelsUnit, annotations }) => ({
            loss: nll(scope, pixelsUnit, annotations),
            metrics: {},
          }),
        },
      ],
      capabilities: settings.driven
        ? drivenCapabilities(settings, data)
        : {
            sample: (scope, _, { temperature, annotations }) =>
              draw(
                scope,
                temperedLogits(logitsOf(settings, data, scope, annotations), temperature),
              ),
            score: {
              maxSamples: 1,
              kind: () => "exact",
              estimator: () => "independent pixels given the annotation",
              trace: (scope, { pixelsUnit, annotations }) => nll(scope, pixelsUnit, annotations),
            },
          },
    };
  },
});

/** [B, C, H, W] log-odds of the pixels. */
function logitsOf(
  { reads }: Settings,
  { channels, height, width, annotations: traits }: DataTraits,
  scope: Scope,
  annotations: AnnotationTensors,
): Tensor {
  const known = requireAnnotation(annotations, reads);
  const features = {
    class: () => oneHot(known, traits.class?.names.length ?? 0),
    attributes: () => known,
    caption: () => wordShares(known, traits.caption?.vocabulary.length ?? 0),
  }[reads]();
  const logits = dense(scope.child("pixels"), features, { features: channels * height * width });
  return reshape(logits, [-1, channels, height, width]);
}

/** [B, T] words → [B, V] the share of each word in a caption; the padding does not count. */
function wordShares(words: Tensor, vocabulary: number): Tensor {
  const isWord = Float32Array.from({ length: vocabulary }, (_, word) => Number(word > 0));
  const counts = mul(sum(oneHot(words, vocabulary), [1]), constant(isWord, [vocabulary]));
  return div(counts, maximum(sum(counts, [1], true), 1));
}

const draw = (scope: Scope, logits: Tensor): Tensor =>
  bernoulli(logits).sample(scope.noise("pixels", logits.shape, "uniform"));

function drivenCapabilities(settings: Settings, data: DataTraits): Capabilities {
  const { annotations } = batchInputs(data);
  const program = (host: Host) =>
    host.program("pixels", (scope) => {
      const logits = logitsOf(settings, data, scope, annotations);
      const tempered = temperedLogits(
        mul(logits, input("sharpness", [])),
        input("temperature", []),
      );
      return { pixelsUnit: draw(scope, tempered) };
    });
  return {
    sample: {
      options: sampler,
      async drive(host, { size, first, seed, temperature, annotations: shown, options }) {
        const { sharpness } = sampler.parse(options);
        const { pixelsUnit } = await (await program(host)).run({
          state: host.state,
          feeds: {
            ...shown,
            temperature: Float32Array.of(temperature),
            sharpness: Float32Array.of(sharpness),
          },
          dims: { B: size },
          noise: { seed, first },
        });
        return pixelsUnit as Float32Array;
      },
    },
    score: {
      maxSamples: 1,
      kind: () => "exact",
      estimator: () => "independent pixels given the annotation",
      async drive(host, { count, pixelsUnit, annotations: carried }) {
        const scorer = await host.program("nll", (scope) => {
          const batch = batchInputs(data);
          const logits = logitsOf(settings, data, scope, batch.annotations);
          return { nllNats: cast(bernoulliNll(batch.pixelsUnit, logits), "float64") };
        });
        const { nllNats } = await scorer.run({
          state: host.state,
          feeds: { pixelsUnit, ...carried },
          dims: { B: count },
        });
        return nllNats as Float64Array;
      },
    },
  };
}
