import type { ImageShape } from "../../core/batch.js";
import { normalValues, type Scope } from "../../nn/index.js";
import type { Tensor } from "../../tensor/tensor.js";

/** What a network is told of a pixel's place. */
export interface Location {
  /** [H, channels] a learned vector of each row. */
  readonly rows: Tensor;
  /** [W, channels] and one of each column. */
  readonly columns: Tensor;
}

const LOCATION_STD = 0.05;

/**
 * Learned vectors of rows and columns; a pixel's own are added to the maps of the first layer. Windows
 * know where they are by the border alone, which they see from near by only.
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
