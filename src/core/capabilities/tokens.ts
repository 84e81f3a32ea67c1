import { cast } from "../../tensor/ops/elementwise.js";
import { input } from "../../tensor/tensor.js";
import type { RenderOptions } from "../capability.js";
import { DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import {
  batchSizeOf,
  joinBatches,
  overImages,
  requireCount,
  runInBatches,
  toImages,
  valuesOf,
  withBatchSize,
} from "./batches.js";

/** Images as tokens, row-major. */
export interface Tokens {
  readonly count: number;
  /** Rows and columns of an image's grid of tokens. */
  readonly grid: readonly [number, number];
  /** Number of codes K that a token can be. */
  readonly codes: number;
  /** [count, rows · columns] in [0, K) */
  readonly values: Int32Array;
}

/**
 * Turns images into tokens.
 *
 * @throws UnavailableError when the model has no tokens
 * @throws DataError when an image lacks pixels
 */
export async function tokenise(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<Tokens> {
  const { codes, grid, trace } = requireCapability(model, "tokenise");
  const batches = overImages(model, source, options, "tokenise", (scope, pixelsUnit) =>
    // Exact: there are at most 2²⁴ codes.
    cast(trace(scope, pixelsUnit), "float32"),
  );
  const values = Int32Array.from(await joinBatches(valuesOf(batches)));
  return { count: source.count, grid, codes, values };
}

/**
 * Turns tokens into images.
 *
 * @throws UnavailableError when the model has no tokens
 * @throws DataError when there are not as many tokens as the model's images have, or one is no code
 */
export async function detokenise(
  model: LoadedModel,
  { count, values }: Pick<Tokens, "count" | "values">,
  options: WorkOptions & Partial<RenderOptions> & { readonly seed?: number } = {},
): Promise<Images> {
  const { draw = false } = options;
  const { codes, grid, trace } = requireCapability(model, "detokenise");
  const length = grid[0] * grid[1];
  requireCount("the number of images", count);
  if (values.length !== count * length) {
    throw new DataError(
      `an image of this ${model.definition.id} is ${grid.join("×")} = ${length} tokens; ${values.length} tokens are not ${count} such images`,
    );
  }
  const strange = values.findIndex((token) => !(token >= 0 && token < codes));
  if (strange >= 0) {
    throw new DataError(
      `token ${strange % length} of image ${Math.floor(strange / length)} is ${values[strange]}, but there are ${codes} codes, 0 to ${codes - 1}`,
    );
  }
  const program = await model.program(`detokenise.${draw ? "draw" : "centre"}`, (scope) => ({
    pixelsUnit: trace(scope, input("tokens", ["B", length], "int32"), { draw }),
  }));
  const run = {
    ...withBatchSize(options, batchSizeOf(program)),
    count,
    feeds: (first: number, size: number) => ({
      tokens: values.slice(first * length, (first + size) * length),
    }),
  };
  return toImages(model, await joinBatches(runInBatches(model, program, run)));
}

/** How tokens use their codebook. */
export interface CodebookUse {
  /** e to the entropy of the codes' shares, in nats: as many codes used equally often have that entropy. */
  readonly codebookPerplexity: number;
  /** Codes that no token is. */
  readonly deadCodes: number;
}

/**
 * @param uses  [K] how often each code is used
 * @source van den Oord, Vinyals & Kavukcuoglu 2017, arXiv:1711.00937; the perplexity as in the authors' code
 */
export function codebookUse(uses: ArrayLike<number>): CodebookUse {
  const counts = Array.from(uses);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const entropy = counts
    .filter((count) => count > 0)
    .reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  return {
    codebookPerplexity: Math.exp(entropy),
    deadCodes: counts.filter((count) => count === 0).length,
  };
}

/** How often each of K codes is among tokens: [K] */
export function countCodes(tokens: ArrayLike<number>, codes: number): Float64Array {
  const uses = new Float64Array(codes);
  for (let at = 0; at < tokens.length; at++) uses[tokens[at]] += 1;
  return uses;
}
