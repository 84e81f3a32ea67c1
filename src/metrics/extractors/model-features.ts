import { classify } from "../../core/capabilities/classify.js";
import { encodeBatches } from "../../core/capabilities/codes.js";
import type { Capabilities } from "../../core/capability.js";
import { UnavailableError } from "../../core/errors.js";
import type { ImageSource } from "../../core/images.js";
import type { LoadedModel, WorkOptions } from "../../core/loaded-model.js";
import { hashOf } from "../../core/part.js";
import { batchInputs } from "../../core/state.js";
import { trace } from "../../nn/scope.js";
import { elementCount } from "../../tensor/shape.js";
import type { FeatureBatch } from "../features.js";
import type { Extractor, ExtractorClasses } from "./extractor.js";

/**
 * The codes of a model as features; for a model that only classifies, the probabilities of its classes.
 *
 * @param name  names the extractor in results, such as the run that the model comes from
 * @throws UnavailableError when the model neither encodes nor outputs class probabilities
 */
export async function modelExtractor(name: string, model: LoadedModel): Promise<Extractor> {
  const { definition, data } = model;
  const { encode, classify: output } = model.model.capabilities;
  const names = data.annotations.class?.names ?? [];
  const classifier = output && classesOf(model, names);
  const shape = { channels: data.channels, height: data.height, width: data.width };
  const known = { name, sha256: await hashOf(await model.values()), shape };
  if (encode !== undefined) {
    return {
      ...known,
      description: `codes of ${definition.id}`,
      length: codeLength(model, encode),
      features: (source, options) => codes(model, source, options),
      ...(classifier && { classifier }),
    };
  }
  if (classifier === undefined) {
    const able = Object.keys(model.model.capabilities).join(", ");
    throw new UnavailableError(
      `${definition.id} has no features: it needs "encode" or "classify"; it has ${able}`,
    );
  }
  return {
    ...known,
    description: `class probabilities of ${definition.id}`,
    length: names.length,
    async *features(source, options) {
      yield { first: 0, values: await classifier.probabilities(source, options) };
    },
    classifier,
  };
}

function codeLength(
  { variables, data }: LoadedModel,
  encode: NonNullable<Capabilities["encode"]>,
): number {
  if (typeof encode !== "function") return encode.codeLength;
  const { pixelsUnit, annotations } = batchInputs(data);
  const { result } = trace(variables, false, (scope) => encode(scope, pixelsUnit, annotations));
  return elementCount(result.shape.slice(1) as number[]);
}

async function* codes(
  model: LoadedModel,
  source: ImageSource,
  options?: WorkOptions,
): AsyncGenerator<FeatureBatch> {
  let first = 0;
  for await (const { count, values } of encodeBatches(model, source, options)) {
    yield { first, values };
    first += count;
  }
}

function classesOf(model: LoadedModel, names: readonly string[]): ExtractorClasses {
  return {
    names,
    probabilities: async (source, options) => (await classify(model, source, options)).probs,
  };
}
