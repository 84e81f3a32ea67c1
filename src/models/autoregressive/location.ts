import type { ImageShape } from "../../core/batch.js";
import { normalValues, type Scope } from "../../nn/index.js";
import type { Tensor } from "../../tensor/tensor.js";

/** Embeddings of a pixel's row and column. */
export interface Location {
  /** [H, channels] learned, one per row. */
  readonly rows: Tensor;
  /** [W, channels] learned, one per column. */
  readonly columns: Tensor;
}

const LOCATION_STD = 0.05;

/**
 * Learned embeddings of rows and columns, added to the maps of the first layer. Without them, a window
 * could only tell its position near the border, from the zeros outside the image.
 */
export function locationOf(
  scope: Scope,
  { height, width }: Pick<ImageShape, "height" | "width">,
  channels: number,
): Location {
  return {
    rows: scope.parameter("rows", [height, channels], normalValues(LOCATION_STD)),
    columns: scope.parameter("columns", [width, channels], normalValues(LOCATION_STD)),
  };
}
