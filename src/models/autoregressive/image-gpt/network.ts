import {
  type AnnotationTensors,
  annotationInputs,
  numberedClasses,
} from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import type { Parts } from "../../../core/model.js";
import {
  causalMask,
  dense,
  embedding,
  normalValues,
  transformerStack,
  transformerStackAtPosition,
} from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { Program } from "../../../runtime/program.js";
import { add, equal, where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import {
  broadcastTo,
  concat,
  expandDims,
  reshape,
  sliceAxis,
} from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import { input, type Tensor } from "../../../tensor/tensor.js";
import { classesFor, oneHotClasses } from "../../conditional.js";
import { cacheAt } from "../../symbols/cache/at-position.js";
import type { CacheShape } from "../../symbols/cache/shape.js";
import { pixelSymbols } from "../../symbols/pixel-symbols.js";
import { placesOf } from "../../symbols/places.js";
import { lengthOf, type Symbols } from "../../symbols/symbols.js";
import { tokenSymbols } from "../../symbols/token-symbols.js";
import type { ImageGptConfig } from "./config.js";

export interface Network {
  readonly config: ImageGptConfig;
  readonly symbols: Symbols;
  /** T */
  readonly length: number;
  /** Number of classes that the model reads; 0 for none. */
  readonly classes: number;
}

const EMBEDDING_STD = 0.02;
/** Attention over more positions would take gigabytes for a single batch. */
const MOST_POSITIONS = 4096;
export const TOKENISER = "tokeniser";

/** @throws ConfigError when the configuration, the data and the parts do not fit together */
export function networkOf(config: ImageGptConfig, data: DataTraits, parts: Parts): Network {
  const { features, heads } = config;
  if (features % heads !== 0) {
    throw new ConfigError(`image-gpt: ${heads} heads do not divide ${features} features`);
  }
  const tokeniser = parts[TOKENISER];
  const symbols =
    tokeniser === undefined
      ? pixelSymbols("image-gpt", config.block, data)
      : tokenSymbols(TOKENISER, tokeniser);
  const length = lengthOf(symbols);
  if (length > MOST_POSITIONS) {
    throw new ConfigError(
      `image-gpt: these images are sequences of ${length.toLocaleString("en")} symbols, and at most ${MOST_POSITIONS.toLocaleString("en")} are possible; make several pixels one symbol (block=2) or train on a dvae's tokens (--part tokeniser=RUN)`,
    );
  }
  return { config, symbols, length, classes: classesFor("image-gpt", config, data) };
}

/**
 * Logits of every symbol given those before it.
 *
 * @param symbols  int32 [B, T]
 * @returns        [B, T, K]
 */
export function symbolLogits(
  scope: Scope,
  network: Network,
  symbols: Tensor,
  annotations: AnnotationTensors,
): Tensor {
  const { config, length } = network;
  const [batch] = symbols.shape;
  const start = startOf(scope, network, annotations, batch);
  const before = vectorsOf(scope, network, sliceAxis(symbols, 1, { start: 0, end: length - 1 }));
  const sequence = length === 1 ? start : concat([start, before], 1);
  const x = add(sequence, placesOf(scope.child("places"), network.symbols, config.features));
  const causal = causalMask(length);
  const masks = Array.from({ length: config.blocks }, () => causal);
  const h = transformerStack(scope.child("stack"), x, { ...config, masks });
  return logitsOf(scope, network, h);
}

/**
 * Logits of every symbol given those that are not hidden.
 *
 * @param symbols  int32 [B, T]
 * @param hidden   bool [B, T]
 * @returns        [B, T, K]
 */
export function maskedLogits(
  scope: Scope,
  network: Network,
  symbols: Tensor,
  hidden: Tensor,
  annotations: AnnotationTensors,
): Tensor {
  const { config } = network;
  const { features } = config;
  const mask = scope.parameter("mask", [features], normalValues(EMBEDDING_STD));
  const known = where(expandDims(hidden, 2), mask, vectorsOf(scope, network, symbols));
  const start = startOf(scope, network, annotations, symbols.shape[0]);
  const places = placesOf(scope.child("places"), network.symbols, features);
  const h = transformerStack(scope.child("stack"), add(add(known, start), places), config);
  return logitsOf(scope, network, h);
}

/** The cache for drawing so many images at once. */
export const cacheShape = <D extends Dim>({ config, length }: Network, size: D): CacheShape<D> => ({
  size,
  length,
  ...config,
});

/**
 * One position for `size` images: reads `symbol`, those of the position before, and `position`; gives
 * `logits` [size, K] and writes the cache.
 */
export function positionProgram(scope: Scope, network: Network, size: Dim): Program {
  const { config, symbols, classes } = network;
  const symbol = input("symbol", [size], "int32");
  const cache = cacheAt(cacheShape(network, size));
  const { position } = cache;
  const { features } = config;
  const annotations = classes === 0 ? {} : annotationInputs(numberedClasses(classes), size);
  const start = reshape(startOf(scope, network, annotations, size), [size, features]);
  const before = vectorsOf(scope, network, symbol);
  const places = placesOf(scope.child("places"), symbols, features);
  const x = add(where(equal(position, 0), start, before), gather(places, position));
  const { y, seen } = transformerStackAtPosition(scope.child("stack"), x, {
    ...config,
    see: cache.see,
  });
  return {
    outputs: { logits: logitsOf(scope, network, y) },
    updates: cache.updates(seen),
  };
}

/** [B, 1, D] what stands before the first symbol: a vector of the class, or one for all. */
function startOf(
  scope: Scope,
  { config: { features }, classes }: Network,
  annotations: AnnotationTensors,
  batch: Dim,
): Tensor {
  const weightInitialiser = normalValues(EMBEDDING_STD);
  const chosen = oneHotClasses(annotations, classes);
  if (chosen === undefined) {
    const start = scope.parameter("start", [features], weightInitialiser);
    return broadcastTo(start, [batch, 1, features]);
  }
  const vector = dense(scope.child("class"), chosen, { features, bias: false, weightInitialiser });
  return expandDims(vector, 1);
}

const vectorsOf = (scope: Scope, { config, symbols }: Network, indices: Tensor): Tensor =>
  embedding(scope.child("symbols"), indices, {
    count: symbols.count,
    features: config.features,
    weightInitialiser: normalValues(EMBEDDING_STD),
  });

const logitsOf = (scope: Scope, { symbols }: Network, h: Tensor): Tensor =>
  dense(scope.child("logits"), h, { features: symbols.count });
