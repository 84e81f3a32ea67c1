import { classCount, numberedClasses, requireAnnotation } from "../../../core/annotations.js";
import type { Batch, DataTraits } from "../../../core/batch.js";
import type { TracedEncode } from "../../../core/capability.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model, type Parts } from "../../../core/model.js";
import { annotationsReadBy } from "../../../core/state.js";
import type { Step, StepOptimizer } from "../../../core/steps.js";
import { categoricalNll } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { logSoftmax } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { type ClassifierConfig, classifierConfig } from "./config.js";
import { explain } from "./explain.js";
import { hits, smoothedCrossEntropy } from "./loss.js";
import { convolutions, features, logitsOf, requireRoom } from "./network.js";

/** p(class | image): residual convolutions, dense layers, or a head on the encoder of another run. */
export const classifier = defineModel({
  id: "classifier",
  family: "discriminative",
  title: "Image classifier",
  source: {
    title: "Identity Mappings in Deep Residual Networks",
    authors: "He, Zhang, Ren & Sun",
    year: 2016,
    reference: "arXiv:1603.05027",
  },
  density: "none",
  config: classifierConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 128 },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: false,
    levels: 17,
    annotations: numberedClasses(10),
  },
  parts: {
    encoder: {
      description: "a run whose codes are classified, in place of a network on pixels",
      capabilities: ["encode"],
      optional: true,
    },
  },
  build,
});

function build(config: ClassifierConfig, data: DataTraits, parts: Parts = {}): Model {
  const classes = classCount(data.annotations);
  const { encoder: part } = parts;
  if (classes < 2) {
    throw new ConfigError(
      `classifier: the images need a class each, of at least two; ${classes === 0 ? "these have none" : "these are all of one"}`,
    );
  }
  if (config.finetune && part === undefined) {
    throw new ConfigError(
      "classifier: finetune=true trains the part encoder, and there is none; give one with --part encoder=RUN",
    );
  }
  if (config.probe > 0 && !config.finetune) {
    throw new ConfigError(
      "classifier: probe is the part of fine-tuning in which the head learns alone; it needs finetune=true",
    );
  }
  const partEncode = part?.model.capabilities.encode;
  if (typeof partEncode === "object") {
    throw new ConfigError(
      `classifier: this ${part?.definition.id} encodes an image in many steps, which cannot be part of a training; give an encoder that is one program`,
    );
  }
  const known = part && partEncode ? annotationsReadBy(encodeBatch(partEncode), part.data) : [];
  if (known.length > 0) {
    throw new ConfigError(
      `classifier: the encoder of this ${part?.definition.id} reads ${known.join(", ")}, which is not known of images to be classified; give one that does not`,
    );
  }
  const onPixels = part === undefined && config.architecture === "cnn";
  if (onPixels) requireRoom(config, data);

  const encoded = (scope: Scope, pixelsUnit: Tensor): Tensor => {
    const encoder = scope.child("encoder");
    if (part !== undefined) {
      const view = config.finetune ? encoder : encoder.frozen();
      return flatten(partEncode?.(view, pixelsUnit, {}) ?? pixelsUnit);
    }
    return onPixels ? convolutions(encoder, pixelsUnit, config) : flatten(pixelsUnit);
  };
  const encode = (scope: Scope, pixelsUnit: Tensor): Tensor =>
    features(scope.child("head"), encoded(scope, pixelsUnit), config);
  const logits = (scope: Scope, pixelsUnit: Tensor): Tensor =>
    logitsOf(scope.child("head"), encode(scope, pixelsUnit), classes);

  const trainsEncoder = onPixels || config.finetune;
  return {
    explain: () => {
      const all = learnedBy((scope, { pixelsUnit }) => logits(scope, pixelsUnit), data);
      const ofEncoder = learnedBy((scope, { pixelsUnit }) => encoded(scope, pixelsUnit), data);
      const learned = { encoder: trainsEncoder ? ofEncoder : 0, head: all - ofEncoder };
      return explain(config, data, part, classes, learned);
    },
    ...trainingOf(config.probe, (trains, optimizer) => ({
      name: "classify",
      trains: trainsEncoder ? trains : ["head"],
      ...(optimizer && { optimizer }),
      objective(scope, { pixelsUnit, annotations }) {
        const truth = requireAnnotation(annotations, "class");
        const said = logits(scope, pixelsUnit);
        return {
          loss: smoothedCrossEntropy(truth, said, config.smoothing),
          metrics: { crossEntropyNats: categoricalNll(truth, said), accuracy: hits(truth, said) },
        };
      },
    })),
    validate: {
      metric: "crossEntropyNats",
      better: "lower",
      trace: (scope, { pixelsUnit, annotations }) =>
        categoricalNll(requireAnnotation(annotations, "class"), logits(scope, pixelsUnit)),
    },
    capabilities: {
      classify: (scope, pixelsUnit) => logSoftmax(logits(scope, pixelsUnit), 1),
      encode,
    },
  };
}

const encodeBatch =
  (encode: TracedEncode) =>
  (scope: Scope, { pixelsUnit, annotations }: Batch): Tensor =>
    encode(scope, pixelsUnit, annotations);

/** How much higher the learning rate of a head alone is, which a linear head's convex loss allows. */
export const HEAD_RATE = 10;

/**
 * Everything at once, or the head first, so that fine-tuning does not begin with the gradients of a random
 * one, which spoil what the encoder knows.
 *
 * @param probe  share of the training in which the head learns alone
 * @source Kumar et al. 2022, Fine-Tuning can Distort Pretrained Features and Underperform
 *         Out-of-Distribution, arXiv:2202.10054, section 3.4
 */
function trainingOf(
  probe: number,
  step: (trains: string[], optimizer?: StepOptimizer) => Step,
): Pick<Model, "steps" | "phases"> {
  const all = step(["encoder", "head"]);
  if (probe === 0) return { steps: [all] };
  const head = step(["head"], { rate: HEAD_RATE });
  return {
    steps: [],
    phases: [
      { name: "head", share: probe, steps: [head] },
      { name: "together", share: 1 - probe, steps: [all] },
    ],
  };
}
