import { gatherAnnotations } from "../../src/core/annotations.js";
import { consecutive } from "../../src/core/capabilities/batches.js";
import { conditionLike } from "../../src/core/capabilities/condition.js";
import {
  type CapabilityName,
  type Codes,
  type Condition,
  capabilityGraphs,
  captionEmbeddings,
  classify,
  cluster,
  complete,
  cutPatches,
  decode,
  denoise,
  detokenise,
  drawWhole,
  encode,
  type LoadedModel,
  locatePatches,
  priorCodes,
  realness,
  reconstruct,
  sample,
  score,
  tokenise,
  translate,
} from "../../src/core/index.js";
import { batchInputs } from "../../src/core/state.js";
import { type ImageSet, maskNamed } from "../../src/data/index.js";
import { trace } from "../../src/nn/index.js";
import { type NoiseDistribution, reachable, type Tensor } from "../../src/tensor/index.js";
import { firstOf } from "./subject.js";

type Run = (batchSize: number) => Promise<Float32Array | Float64Array>;

/** Every capability of a model over a few items, with a batch size. */
export function runs(
  model: LoadedModel,
  images: ImageSet,
  count = 7,
): Partial<Record<CapabilityName, Run>> {
  const source = firstOf(images, count);
  const condition = conditionFrom(model, source);
  const able = model.model.capabilities;
  return {
    ...(able.sample && {
      sample: async (batchSize) =>
        (await sample(model, { count, batchSize, condition })).pixelsUnit,
    }),
    ...(able.score && {
      score: async (batchSize) => (await score(model, source, { batchSize })).perImage,
    }),
    ...(able.classify && {
      classify: async (batchSize) => (await classify(model, source, { batchSize })).probs,
    }),
    ...(able.cluster && {
      cluster: async (batchSize) => (await cluster(model, source, { batchSize })).probs,
    }),
    ...(able.realness && {
      realness: (batchSize) => realness(model, source, { batchSize }),
    }),
    ...(able.encode && {
      encode: async (batchSize) => (await encode(model, source, { batchSize })).values,
    }),
    ...(able.decode && {
      decode: async (batchSize) =>
        (await decode(model, codesFor(model, source), { batchSize })).pixelsUnit,
    }),
    ...(able.prior && {
      prior: async (batchSize) => (await priorCodes(model, { count, batchSize })).values,
    }),
    ...(able.reconstruct && {
      reconstruct: async (batchSize) =>
        (await reconstruct(model, source, { batchSize })).pixelsUnit,
    }),
    ...(able.tokenise && {
      tokenise: async (batchSize) =>
        Float32Array.from((await tokenise(model, source, { batchSize })).values),
    }),
    ...(able.match && {
      match: (batchSize) => captionEmbeddings(model, captionsOf(source), { batchSize }),
    }),
    ...(able.detokenise && {
      detokenise: async (batchSize) =>
        (await detokenise(model, tokensFor(model, count), { batchSize })).pixelsUnit,
    }),
    ...(able.denoise && {
      denoise: async (batchSize) =>
        (await denoise(model, source, { batchSize, sigma: SIGMA })).pixelsUnit,
    }),
    ...(able.translate && {
      translate: (batchSize) => translated(model, source, batchSize),
    }),
    ...(able.assemble && {
      assemble: async (batchSize) => {
        const cut = await cutPatches(model, source, { batchSize });
        return (await drawWhole(model, cut, cut.places, { batchSize })).pixelsUnit;
      },
    }),
    ...(able.complete && {
      complete: async (batchSize) =>
        (await complete(model, source, { known: upperHalf(model), batchSize })).pixelsUnit,
    }),
  };
}

const captionsOf = ({ annotations = {}, count }: ImageSet): Int32Array =>
  gatherAnnotations(
    annotations,
    Int32Array.from({ length: count }, (_, at) => at),
  ).caption ?? new Int32Array();

/** A translation of images to what their targets are. */
export async function translated(
  model: LoadedModel,
  source: ImageSet,
  batchSize: number,
  domain = 0,
): Promise<Float32Array> {
  const { translate: able } = model.model.capabilities;
  const { annotations = {}, count } = source;
  const targets =
    able?.by === "network"
      ? { class: { names: able.domains, values: new Int32Array(count).fill(domain) } }
      : annotations;
  return (await translate(model, source, targets, { batchSize })).pixelsUnit;
}

/** The logarithms of the places of each patch of images. */
export async function located(
  model: LoadedModel,
  source: ImageSet,
  batchSize: number,
): Promise<Float32Array> {
  const cut = await cutPatches(model, source, { batchSize });
  return (await locatePatches(model, cut, { batchSize })).logProbs;
}

/** The noise level at which models are asked to denoise, in units of a pixel in [0, 1]. */
export const SIGMA = 0.7;

/**
 * What the first images show, as far as a model that draws must be told: a caption has no default.
 * Classes are left to their default, every class in turn.
 */
export function conditionFrom({ model }: LoadedModel, images: ImageSet): Condition {
  const like = Object.entries(conditionLike(images.annotations ?? {}, images.count));
  const read = like.filter(([name]) => model.conditionedOn?.some((known) => known === name));
  return Object.fromEntries(read);
}

/** How each noise input of a model's graphs is distributed, by the name of the graph's capability. */
export function noiseIn({
  model,
  variables,
  data,
}: LoadedModel): Map<CapabilityName, Map<string, NoiseDistribution>> {
  const graphs = capabilityGraphs(model.capabilities, batchInputs(data));
  return new Map(
    graphs.map(({ capability, build }) => {
      const outputs = Object.values(trace(variables, false, build).result);
      const noise = reachable(outputs).flatMap((node) => {
        if (node.op !== "input") return [];
        const { name, source } = (node as Tensor<"input">).attributes;
        return source.kind === "noise" ? [[name, source.distribution] as const] : [];
      });
      return [capability, new Map(noise)];
    }),
  );
}

/** The mask under which every model that can complete must be able to. */
export const upperHalf = ({ data }: LoadedModel): Uint8Array => maskNamed("bottom", data);

/** A code of the model's length for each image, with what the image carries. */
export function codesFor({ model }: LoadedModel, { count, annotations = {} }: ImageSet): Codes {
  const length = model.capabilities.decode?.codeLength ?? 0;
  const values = Float32Array.from({ length: count * length }, (_, index) => Math.sin(index));
  const carried = gatherAnnotations(annotations, consecutive(0, count));
  return { count, length, values, annotations: carried };
}

/** Tokens of the model's grid for so many images. */
export function tokensFor({ model }: LoadedModel, count: number) {
  const { codes = 1, grid = [0, 0] } = model.capabilities.detokenise ?? {};
  const values = Int32Array.from(
    { length: count * grid[0] * grid[1] },
    (_, at) => (7 * at) % codes,
  );
  return { count, values };
}
