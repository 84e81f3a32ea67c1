import type { Tensor } from "../../../tensor/tensor.js";
import { fedCache } from "./fed.js";
import { keptCache } from "./kept.js";
import type { CacheAtPosition, CacheShape } from "./shape.js";

/**
 * The cache that a device keeps, or for a symbolic number of sequences one that the caller feeds.
 *
 * @param masks  of each block, [T, T]: what is added to the scores; nothing by default
 */
export const cacheAt = (shape: CacheShape, masks?: readonly Tensor[]): CacheAtPosition => {
  const { size } = shape;
  return typeof size === "number" ? keptCache({ ...shape, size }, masks) : fedCache(shape, masks);
};
