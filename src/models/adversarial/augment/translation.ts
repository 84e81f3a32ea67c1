import { add, cast, equal, floor, mul, sub } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { range, type Tensor } from "../../../tensor/tensor.js";

/** [B, 1, 1, 1] uniform on [0, 1) each. */
export interface TranslationDraws {
  readonly rows: Tensor;
  readonly columns: Tensor;
}

/** The largest shift as a share of the side. */
const SHARE = 1 / 8;

/**
 * Moves an image by whole pixels, up to an eighth of each side in each direction, and fills the rest
 * with 0. Products with matrices of zeros and ones move it, so gradients flow through.
 *
 * @param pixelsSigned  [B, C, H, W]
 * @source Zhao et al. 2020, arXiv:2006.10738, section 3.2 and its reference implementation
 */
export function translate(pixelsSigned: Tensor, { rows, columns }: TranslationDraws): Tensor {
  const [, , height, width] = pixelsSigned.shape as [unknown, unknown, number, number];
  const down = shiftMatrix(rows, height);
  const right = shiftMatrix(columns, width);
  return matmul(matmul(down, pixelsSigned), right, { transposeB: true });
}

/** [B, 1, n, n] with 1 where row i takes what was at i − shift. */
function shiftMatrix(uniform: Tensor, side: number): Tensor {
  const most = Math.floor(side * SHARE + 0.5);
  const shift = sub(floor(mul(uniform, 2 * most + 1)), most);
  const from = reshape(range(side), [1, 1, 1, side]);
  const to = reshape(range(side), [1, 1, side, 1]);
  return cast(equal(to, add(from, shift)), "float32");
}
