import { where } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { CacheShape } from "../../symbols/cache/shape.js";
import { attentionMask } from "../../symbols/masks.js";
import type { Setup } from "./setup.js";

/** The mask of each block, after so many positions of text. Blocks of one kind share theirs. */
export function masksOf({ config, symbols }: Setup, prefix: number): Tensor[] {
  const { attention, blocks } = config;
  const byKind = new Map(attention.map((kind) => [kind, attentionMask(kind, symbols, prefix)]));
  return Array.from(
    { length: blocks },
    (_, block) => byKind.get(attention[block % attention.length]) as Tensor,
  );
}

/** The cache for `size` sequences of `length` positions. */
export const cacheShape = <D extends Dim>(
  { config }: Setup,
  length: number,
  size: D,
): CacheShape<D> => ({
  size,
  length,
  blocks: config.blocks,
  heads: config.heads,
  features: config.features,
});

/**
 * Vectors of image tokens, with one of their own for hidden ones.
 *
 * @param table  [K, D]
 * @param mask   [1, D]
 * @returns      [B, N, D]
 */
export const maskedVectors = (
  table: Tensor,
  mask: Tensor,
  { tokens, hidden }: { readonly tokens: Tensor; readonly hidden: Tensor },
): Tensor => where(expandDims(hidden, 2), mask, gather(table, tokens));
