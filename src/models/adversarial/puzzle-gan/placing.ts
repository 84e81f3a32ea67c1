import type { ImageShape } from "../../../core/batch.js";
import type { PatchPlaces } from "../../../core/capability.js";
import { mul } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";

/** Cuts patches from images and lays them on images, for chosen places: one-hot [B, K, P], P = T · L. */
export interface Placing {
  /** [B, C, H, W] → [B, K, C, h, w] what images show at the places */
  crop(images: Tensor, chosen: Tensor): Tensor;
  /** [B, K, C, h, w] → [B, K, C, H, W] each patch alone on an image of 0 */
  lay(patches: Tensor, chosen: Tensor): Tensor;
  /** → [B, K, 1, H, W] 1 under each patch, 0 elsewhere */
  cover(chosen: Tensor): Tensor;
  /** [B, 1, H, W] → [B, P] sums of the values under a patch at each place */
  sums(values: Tensor): Tensor;
}

/** Everything is a product with matrices of 0 and 1, which any runtime computes fast and exactly. */
export function placingOn(places: PatchPlaces, { height, width }: ImageShape): Placing {
  const [h, w] = places.side;
  const rows = axisOf(places.tops, h, height);
  const columns = axisOf(places.lefts, w, width);
  const count = places.tops.length * places.lefts.length;
  /** [B, K, T] and [B, K, L] one-hot */
  const halves = (chosen: Tensor): [Tensor, Tensor] => {
    const [batch, patches] = chosen.shape;
    const each = [batch, patches, places.tops.length, places.lefts.length];
    const table = reshape(chosen, each);
    return [sum(table, 3), sum(table, 2)];
  };
  /** [B, K, 1, H, h] and [B, K, 1, W, w] with a 1 where a row or column of the image is one of the patch */
  const spreads = (chosen: Tensor): [Tensor, Tensor] => {
    const [batch, patches] = chosen.shape;
    const [top, left] = halves(chosen);
    return [
      reshape(matmul(top, rows.spread), [batch, patches, 1, height, h]),
      reshape(matmul(left, columns.spread), [batch, patches, 1, width, w]),
    ];
  };
  return {
    crop(images, chosen) {
      const [down, across] = spreads(chosen);
      return matmul(matmul(down, expandDims(images, 1), { transposeA: true }), across);
    },
    lay(patches, chosen) {
      const [down, across] = spreads(chosen);
      return matmul(matmul(down, patches), across, { transposeB: true });
    },
    cover(chosen) {
      const [top, left] = halves(chosen);
      const [batch, patches] = chosen.shape;
      return mul(
        reshape(matmul(top, rows.cover), [batch, patches, 1, height, 1]),
        reshape(matmul(left, columns.cover), [batch, patches, 1, 1, width]),
      );
    },
    sums(values) {
      const within = matmul(matmul(rows.cover, values), columns.cover, { transposeB: true });
      return reshape(within, [values.shape[0], count]);
    },
  };
}

/** How patches of `size` pixels lie along an axis of `length`, at each of their places. */
function axisOf(starts: readonly number[], size: number, length: number) {
  const spread = new Float32Array(starts.length * length * size);
  const cover = new Float32Array(starts.length * length);
  for (const [at, start] of starts.entries()) {
    for (let pixel = 0; pixel < size; pixel++) {
      spread[(at * length + start + pixel) * size + pixel] = 1;
      cover[at * length + start + pixel] = 1;
    }
  }
  return {
    /** [places, length · size] */
    spread: constant(spread, [starts.length, length * size]),
    /** [places, length] */
    cover: constant(cover, [starts.length, length]),
  };
}
